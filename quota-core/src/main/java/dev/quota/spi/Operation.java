package dev.quota.spi;

import dev.quota.policy.Window;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Names a take or a grant that a store remembers, on each key that it changed, so that the same
 * command changes nothing when it is sent again, and so that a take can be settled later.
 *
 * <p>How long a record is remembered: until {@link #keep} has passed since the command, or since
 * the last {@link StoreCommand.Settle} that was not the last. At that very millisecond it is gone.
 *
 * @param id unique for the operation, chosen by the caller; not a person's id
 * @param kind what becomes of what was taken
 * @param keep how long the store remembers it, in whole milliseconds, up to {@link
 *     Window#MAX_PERIOD}
 * @param owner who made it, as a digest: a store bounds how many it remembers of each, so that
 *     nobody takes the room of others who share a key; empty for one that nobody made
 */
public record Operation(String id, Kind kind, Duration keep, Optional<String> owner) {

  /** What becomes of what an operation took. */
  public enum Kind {
    /**
     * It is used. The take is remembered so that repeating it changes nothing, also after it was
     * settled; only one that was given back in full is forgotten then.
     */
    CHARGE,
    /**
     * It is reserved until it is settled, and forgotten then. What nobody settles stays charged: it
     * counts as used once the operation is forgotten or, while others reserve on the same key, at
     * the latest when twice the longest time of those has passed.
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
   * Creates an operation that nobody made.
   *
   * @param id unique for the operation
   * @param kind what becomes of what was taken
   * @param keep how long the store remembers it
   * @throws IllegalArgumentException if the id is empty or the time out of range
   */
  public Operation(String id, Kind kind, Duration keep) {
    this(id, kind, keep, Optional.empty());
  }

  /**
   * Returns the same operation, made by somebody.
   *
   * @param digest names who made it and does not give it away
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
