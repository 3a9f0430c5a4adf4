package dev.quota.http;

import dev.quota.Quotas;
import dev.quota.UnknownQuotaException;
import dev.quota.store.StoreCapability;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks what the endpoints of an application charge before its first request, in every stack with
 * the same sentences. An adapter {@linkplain #read reads} all endpoints, says what they {@linkplain
 * #use use}, and {@linkplain #finish finishes}. Not thread-safe.
 */
public final class EndpointChecks {

  private record Use(String where, Endpoint endpoint) {}

  private final Quotas quotas;
  private final Set<String> mistakes = new LinkedHashSet<>();
  private final List<Use> uses = new ArrayList<>();

  /**
   * Starts without an endpoint.
   *
   * @param quotas the engine that will decide
   */
  public EndpointChecks(Quotas quotas) {
    this.quotas = quotas;
  }

  /**
   * Reads something, and notes why it cannot be read.
   *
   * @param <T> what is read
   * @param where names it in a mistake, such as {@code shop.Chat.ask}
   * @param reading reads it, and {@linkplain #define defines} its quotas
   * @return it; empty if it cannot be read
   */
  public <T> Optional<T> read(String where, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (IllegalArgumentException | IllegalStateException e) {
      mistakes.add(where + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Notes a mistake that the adapter has found.
   *
   * @param sentence what is wrong where, and what to do, without a full stop
   */
  public void add(String sentence) {
    mistakes.add(sentence);
  }

  /**
   * Notes what an endpoint charges, to be checked when the quotas of all annotations are defined.
   *
   * @param where names the endpoint, such as {@code shop.Chat.ask}
   * @param endpoint what it charges
   */
  public void use(String where, Endpoint endpoint) {
    if (!endpoint.isFree()) {
      uses.add(new Use(where, endpoint));
    }
  }

  /**
   * Checks everything that was noted, and makes sure that no later policies lack what an endpoint
   * charges.
   *
   * @throws IllegalStateException with every mistake, if there is one
   */
  public void finish() {
    for (Use use : uses) {
      check(use);
    }
    if (!mistakes.isEmpty()) {
      throw new IllegalStateException(
          "The quotas of this application do not fit together: " + String.join("; ", mistakes));
    }
  }

  private void check(Use use) {
    try {
      requireIdempotency(quotas, use.endpoint, use.where);
    } catch (IllegalStateException e) {
      mistakes.add(e.getMessage());
    }
    for (Endpoint.Cost cost : use.endpoint.costs()) {
      try {
        quotas.declareUse(cost.quota(), use.where);
      } catch (UnknownQuotaException e) {
        mistakes.add(
            use.where
                + " names the "
                + e.getMessage()
                + "; correct the name, or add the quota to the policies");
      }
    }
  }

  /**
   * Defines the quotas that annotations define in place.
   *
   * @param quotas the engine
   * @param declared what the annotations say
   * @param where names the endpoint
   * @throws IllegalStateException if another place defines one of them differently
   */
  public static void define(Quotas quotas, DeclaredEndpoint declared, String where) {
    declared.definitions().forEach(it -> quotas.define(it, where));
  }

  /**
   * Checks that a repeated key can be charged once where an endpoint says so.
   *
   * @param quotas the engine
   * @param endpoint what it charges
   * @param where names the endpoint
   * @throws IllegalStateException if the store cannot
   */
  public static void requireIdempotency(Quotas quotas, Endpoint endpoint, String where) {
    if (endpoint.idempotent() && !quotas.supports(StoreCapability.IDEMPOTENCY)) {
      throw new IllegalStateException(
          where
              + ": idempotent must be false, because the store \""
              + quotas.health().store()
              + "\" does not declare the capability IDEMPOTENCY");
    }
  }
}
