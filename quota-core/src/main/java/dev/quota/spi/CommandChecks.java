package dev.quota.spi;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks the values of commands. All methods throw IllegalArgumentException. */
final class CommandChecks {

  private static final Instant LATEST_EXPIRY = Instant.ofEpochMilli(Capacity.MAX_UNITS);

  private CommandChecks() {}

  /** Returns a copy of entries: at least one, with distinct keys. */
  static List<Entry> distinct(List<Entry> entries) {
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

  /** Checks that an operation is remembered for at least the lease of each concurrent limit. */
  static void requireOutlivesLeases(Optional<Operation> operation, List<Entry> entries) {
    // An index loop, because this runs in each decision and an iterator would be garbage.
    for (int i = 0; i < entries.size(); i++) {
      List<LimitSpec> limits = entries.get(i).limits();
      for (int j = 0; j < limits.size(); j++) {
        if (limits.get(j).window() instanceof Window.Concurrent concurrent) {
          requireOutlives(operation, limits.get(j).name(), concurrent);
        }
      }
    }
  }

  private static void requireOutlives(
      Optional<Operation> operation, String limit, Window.Concurrent window) {
    if (operation.isEmpty()) {
      throw new IllegalArgumentException(
          "operation must be present for the concurrent limit "
              + limit
              + ": nothing else could release its permit");
    }
    if (operation.get().keep().compareTo(window.lease()) < 0) {
      throw new IllegalArgumentException(
          "keep must be at least the lease "
              + window.lease()
              + " of the concurrent limit "
              + limit
              + ", was "
              + operation.get().keep());
    }
  }

  /**
   * Returns a copy of changes: at least one. Either all have an operation and distinct keys, or
   * none has an operation.
   */
  static List<Change> alike(List<Change> changes) {
    List<Change> copy = List.copyOf(changes);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException("changes must not be empty");
    }
    if (copy.size() > 1) {
      requireAlike(copy);
    }
    return copy;
  }

  private static void requireAlike(List<Change> changes) {
    boolean remembered = changes.get(0).hold().operation().isPresent();
    Set<Key> keys = new HashSet<>();
    for (Change change : changes) {
      if (change.hold().operation().isPresent() != remembered) {
        throw new IllegalArgumentException("changes must all have an operation, or none of them");
      }
      if (remembered && !keys.add(change.hold().key())) {
        throw new IllegalArgumentException(
            "changes must have distinct keys, " + change.hold().key() + " is there twice");
      }
    }
  }

  /**
   * Returns a copy of holds: not too many, each with an operation, and each operation once per key.
   */
  static List<Hold> distinctHolds(List<Hold> holds) {
    List<Hold> copy = List.copyOf(holds);
    if (copy.isEmpty() || copy.size() > StoreCommand.Renew.MAX_HOLDS) {
      throw new IllegalArgumentException(
          "holds must be 1 to " + StoreCommand.Renew.MAX_HOLDS + ", were " + copy.size());
    }
    Set<Map.Entry<Key, String>> known = new HashSet<>();
    for (Hold hold : copy) {
      if (hold.operation().isEmpty()) {
        throw new IllegalArgumentException(
            "holds must all have an operation, that on " + hold.key() + " has none");
      }
      if (!known.add(Map.entry(hold.key(), hold.operation().get().id()))) {
        throw new IllegalArgumentException(
            "holds must be distinct, one operation is twice on " + hold.key());
      }
    }
    return copy;
  }

  /** Checks the values of a grant. */
  static void requireGrantable(
      LimitSpec limit, long units, Instant expiresAt, Operation operation) {
    if (units < 1 || units > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "units must be between 1 and " + Capacity.MAX_UNITS + ", was " + units);
    }
    if (!(limit.window() instanceof Window.Fixed)) {
      throw new IllegalArgumentException(
          "limit must have a calendar or session window to be granted extra units, was "
              + limit.name()
              + " with "
              + limit.window());
    }
    if (expiresAt.isBefore(Instant.EPOCH) || expiresAt.isAfter(LATEST_EXPIRY)) {
      throw new IllegalArgumentException(
          "expiresAt must be between "
              + Instant.EPOCH
              + " and "
              + LATEST_EXPIRY
              + ", was "
              + expiresAt);
    }
    if (operation.kind() != Operation.Kind.CHARGE) {
      throw new IllegalArgumentException(
          "operation must be of kind CHARGE for a grant, was " + operation.kind());
    }
  }
}
