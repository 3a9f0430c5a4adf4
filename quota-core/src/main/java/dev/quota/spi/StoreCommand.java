package dev.quota.spi;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** One thing a store is asked to do, completely or not at all. Values are immutable. */
public sealed interface StoreCommand {

  /**
   * Takes units of all entries, or refuses.
   *
   * @param entries at least one, with distinct keys
   * @param operation present if the command must be remembered, so that sending it again changes
   *     nothing
   */
  record Take(List<Entry> entries, Optional<Operation> operation) implements StoreCommand {

    /**
     * Checks the entries.
     *
     * @param entries the component
     * @param operation the component
     * @throws IllegalArgumentException if there are none, or two share a key
     */
    public Take {
      entries = distinct(entries);
      Objects.requireNonNull(operation, "operation");
    }
  }

  /**
   * Reads the entries and says whether their cost would fit. Changes and creates nothing.
   *
   * @param entries at least one, with distinct keys
   */
  record Peek(List<Entry> entries) implements StoreCommand {

    /**
     * Checks the entries.
     *
     * @param entries the component
     * @throws IllegalArgumentException if there are none, or two share a key
     */
    public Peek {
      entries = distinct(entries);
    }
  }

  /**
   * Sets held totals. A smaller total gives the difference back to the window it was taken from,
   * and drops it where that window has ended; a larger one charges the current window.
   *
   * @param changes the new totals, at least one
   * @param last true if the operation is over and its record can go
   */
  record Settle(List<Change> changes, boolean last) implements StoreCommand {

    /**
     * Checks the changes.
     *
     * @param changes the component
     * @param last the component
     * @throws IllegalArgumentException if there are none
     */
    public Settle {
      changes = List.copyOf(changes);
      if (changes.isEmpty()) {
        throw new IllegalArgumentException("changes must not be empty");
      }
    }
  }

  /**
   * Adds a pocket of extra units to one limit.
   *
   * @param key whose counts
   * @param limit the limit that gets them
   * @param units how many, more than 0
   * @param expiresAt when what is left of them is gone
   * @param operation makes the grant repeatable
   */
  record Grant(Key key, LimitSpec limit, long units, Instant expiresAt, Operation operation)
      implements StoreCommand {

    /**
     * Checks the values.
     *
     * @param key the component
     * @param limit the component
     * @param units the component
     * @param expiresAt the component
     * @param operation the component
     * @throws IllegalArgumentException if units are not positive
     */
    public Grant {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(limit, "limit");
      Objects.requireNonNull(expiresAt, "expiresAt");
      Objects.requireNonNull(operation, "operation");
      if (units < 1 || units > Capacity.MAX_UNITS) {
        throw new IllegalArgumentException(
            "units must be between 1 and " + Capacity.MAX_UNITS + ", was " + units);
      }
    }
  }

  /**
   * Forgets all counts of one key, so that its limits are full.
   *
   * @param key whose counts
   */
  record Reset(Key key) implements StoreCommand {

    /**
     * Checks that the key is there.
     *
     * @param key the component
     */
    public Reset {
      Objects.requireNonNull(key, "key");
    }
  }

  private static List<Entry> distinct(List<Entry> entries) {
    List<Entry> copy = List.copyOf(entries);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException("entries must not be empty");
    }
    if (copy.size() > 1) {
      Set<Key> keys = new HashSet<>();
      for (Entry entry : copy) {
        if (!keys.add(entry.key())) {
          throw new IllegalArgumentException(
              "entries must have distinct keys, " + entry.key() + " is there twice");
        }
      }
    }
    return copy;
  }
}
