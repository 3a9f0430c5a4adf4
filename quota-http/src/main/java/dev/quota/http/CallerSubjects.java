package dev.quota.http;

import dev.quota.Subject;
import dev.quota.http.internal.address.ClientAddress;
import dev.quota.http.internal.address.WideNetworks;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the subject of a request from the authenticated name, or from the client's address if there
 * is no name. An IPv6 address counts as its /64 network. In one day, the first 32 networks of a /56
 * and the first 1,024 of a /48 count separately. Further ones count together. Thread-safe.
 */
public final class CallerSubjects {

  private final UnaryOperator<String> normaliser;
  private final WideNetworks networks = new WideNetworks(System::nanoTime);

  /**
   * Creates one.
   *
   * @param normaliser turns a principal's name into the name to count; must not return null or an
   *     empty name
   */
  public CallerSubjects(UnaryOperator<String> normaliser) {
    this.normaliser = Objects.requireNonNull(normaliser, "normaliser");
  }

  /**
   * Returns an authenticated person.
   *
   * @param name the name of the principal
   * @return the subject
   * @throws IllegalArgumentException if the normaliser returns no name
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
   * Returns the subject of an address.
   *
   * @param remoteAddress the client's address, as the server reports it
   * @return the subject
   */
  public Subject address(String remoteAddress) {
    return Subject.address(networks.counted(ClientAddress.normalise(remoteAddress)));
  }

  private static boolean isMissing(@Nullable String name) {
    return name == null || name.isEmpty();
  }
}
