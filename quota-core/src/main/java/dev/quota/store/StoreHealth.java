package dev.quota.store;

import java.util.Objects;

/**
 * Whether a store can decide at the moment. Immutable.
 *
 * @param store a short name for people, such as {@code "in process"}
 * @param available true if the store answers commands
 * @param detail one sentence for an operator, without any user's id
 */
public record StoreHealth(String store, boolean available, String detail) {

  /**
   * Checks that nothing is null.
   *
   * @param store the component
   * @param available the component
   * @param detail the component
   */
  public StoreHealth {
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(detail, "detail");
  }
}
