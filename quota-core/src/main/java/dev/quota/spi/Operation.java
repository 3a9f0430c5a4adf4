package dev.quota.spi;

import dev.quota.policy.Window;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A take or a grant that a store remembers on each key that it changed. So the same command changes
 * nothing when it is sent again, and a take can be settled later. Immutable.
 *
 * <p>A record is remembered until {@link #keep} has passed since the command, its last {@link
 * StoreCommand.Renew}, or its last {@link StoreCommand.Settle} that did not end it. At that
 * millisecond it is gone.
 *
 * @param id unique for the operation, chosen by the caller; not a person's id
 * @param kind what happens to the units
 * @param keep how long the store remembers it, in whole milliseconds, up to {@link
 *     Window#MAX_PERIOD}
 * @param owner a digest of who made it, or empty. A store bounds the number of operations of each
 *     owner, so that nobody can use up the room of others who share a key
 */
public record Operation(String id, Kind kind, Duration keep, Optional<String> owner) {

  /** What happens to the units of an operation. */
  public enum Kind {
    /**
     * They are used. The take is remembered, so that its repetition changes nothing, even after it
     * was settled. It is forgotten only when it was refunded completely.
     */
    CHARGE,
    /**
     * They are reserved until the operation is settled, and then it is forgotten. What is never
     * settled stays charged. It counts as used when the operation is forgotten. If others reserve
     * on the same key, that is at the latest after twice their longest time.
     */
    RESERVATION
  }

  /**
   * Checks the values.
   *
   * @param id the component
   * @param kind the component
   * @param keep the component
   * @param owner the component
   * @throws IllegalArgumentException if the id is empty or the time out of range
   */
  public Operation {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(kind, "kind");
    if (id.isEmpty()) {
      throw new IllegalArgumentException("id must not be empty");
    }
    requireMillis(keep, "keep");
  }

  /**
   * Creates an operation without an owner.
   *
   * @param id unique for the operation
   * @param kind what happens to the units
   * @param keep how long the store remembers it
   * @throws IllegalArgumentException if the id is empty or the time out of range
   */
  public Operation(String id, Kind kind, Duration keep) {
    this(id, kind, keep, Optional.empty());
  }

  /**
   * Returns the same operation with an owner.
   *
   * @param digest a digest of the owner, not the raw id
   * @return the operation
   */
  public Operation by(String digest) {
    return new Operation(id, kind, keep, Optional.of(digest));
  }

  /**
   * Returns an operation whose take is a charge, or a grant.
   *
   * @param id unique for the operation
   * @param keep how long the store remembers it
   * @return the operation
   * @throws IllegalArgumentException if the id is empty or the time out of range
   */
  public static Operation charge(String id, Duration keep) {
    return new Operation(id, Kind.CHARGE, keep);
  }

  /**
   * Returns an operation whose take is reserved until it is settled.
   *
   * @param id unique for the operation
   * @param keep how long the store remembers it
   * @return the operation
   * @throws IllegalArgumentException if the id is empty or the time out of range
   */
  public static Operation reservation(String id, Duration keep) {
    return new Operation(id, Kind.RESERVATION, keep);
  }

  /**
   * Returns how long the store remembers it.
   *
   * @return the time in milliseconds
   */
  public long keepMillis() {
    return keep.toMillis();
  }

  /** Checks a time for which a store keeps something. */
  static void requireMillis(Duration value, String name) {
    Duration shortest = Duration.ofMillis(1);
    if (value.compareTo(shortest) < 0
        || value.compareTo(Window.MAX_PERIOD) > 0
        || !value.equals(Duration.ofMillis(value.toMillis()))) {
      throw new IllegalArgumentException(
          name
              + " must be whole milliseconds between "
              + shortest
              + " and "
              + Window.MAX_PERIOD
              + ", was "
              + value);
    }
  }
}
