package dev.quota.http;

import dev.quota.Subject;
import dev.quota.http.internal.address.ClientAddress;
import dev.quota.http.internal.address.WideNetworks;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes subjects of what every server knows of a caller: the authenticated name, and without one
 * the address. An IPv6 address counts by its network. Of one /56 the first 32 networks of a day
 * count by themselves, and of one /48 the first 1,024; further ones count together. Safe for use by
 * several threads.
 */
public final class CallerSubjects {

  private final UnaryOperator<String> normaliser;
  private final WideNetworks networks = new WideNetworks(System::nanoTime);

  /**
   * Creates one.
   *
   * @param normaliser makes the name to count by out of a principal's name; must not return null or
   *     an empty name
   */
  public CallerSubjects(UnaryOperator<String> normaliser) {
    this.normaliser = Objects.requireNonNull(normaliser, "normaliser");
  }

  /**
   * Returns an authenticated person.
   *
   * @param name the name of the principal
   * @return the subject
   * @throws IllegalArgumentException if the normaliser makes no name of it
   */
  public Subject principal(String name) {
    String normalised = normaliser.apply(name);
    if (isMissing(normalised)) {
      throw new IllegalArgumentException(
          "The normaliser returned no name for a principal. It must return at least one character."
              + " To refuse such a principal, write a SubjectResolver.");
    }
    return Subject.user(normalised);
  }

  /**
   * Returns whoever has an address.
   *
   * @param remoteAddress the client's address, as a server tells it
   * @return the subject
   */
  public Subject address(String remoteAddress) {
    return Subject.address(networks.counted(ClientAddress.normalise(remoteAddress)));
  }

  private static boolean isMissing(@Nullable String name) {
    return name == null || name.isEmpty();
  }
}
