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
 * Checks the endpoints of an application before its first request, with the same messages in every
 * framework. An adapter {@linkplain #read reads} all endpoints, notes what they {@linkplain #use
 * use}, and {@linkplain #finish finishes}. Not thread-safe.
 */
public final class EndpointChecks {

  private record Use(String where, Endpoint endpoint) {}

  private final Quotas quotas;
  private final Set<String> mistakes = new LinkedHashSet<>();
  private final List<Use> uses = new ArrayList<>();

  /**
   * Creates checks without endpoints.
   *
   * @param quotas the engine that will decide
   */
  public EndpointChecks(Quotas quotas) {
    this.quotas = quotas;
  }

  /**
   * Reads an endpoint, and notes the mistake if it cannot be read.
   *
   * @param <T> the type of the result
   * @param where the name of the endpoint in the message, such as {@code shop.Chat.ask}
   * @param reading reads it, and {@linkplain #define defines} its quotas
   * @return the result; empty if the endpoint cannot be read
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
   * @param sentence what is wrong, where, and what to do, without a full stop
   */
  public void add(String sentence) {
    mistakes.add(sentence);
  }

  /**
   * Notes what an endpoint charges. It is checked in {@link #finish}, when the quotas of all
   * annotations are defined.
   *
   * @param where the name of the endpoint, such as {@code shop.Chat.ask}
   * @param endpoint what it charges
   */
  public void use(String where, Endpoint endpoint) {
    if (!endpoint.isFree()) {
      uses.add(new Use(where, endpoint));
    }
  }

  /**
   * Checks everything that was noted. From now on, policies that lack a quota of an endpoint are
   * refused.
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
   * @param declared the endpoint
   * @param where the name of the endpoint
   * @throws IllegalStateException if another place defines one of them differently
   */
  public static void define(Quotas quotas, DeclaredEndpoint declared, String where) {
    declared.definitions().forEach(it -> quotas.define(it, where));
  }

  /**
   * Checks that the store supports idempotency keys, if an endpoint uses them.
   *
   * @param quotas the engine
   * @param endpoint what it charges
   * @param where the name of the endpoint
   * @throws IllegalStateException if the store does not support them
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
