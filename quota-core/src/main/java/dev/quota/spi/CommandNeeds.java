package dev.quota.spi;

import dev.quota.policy.Window;
import dev.quota.store.StoreCapability;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The capabilities that each kind of command needs. */
final class CommandNeeds {

  private CommandNeeds() {}

  static Set<StoreCapability> ofTake(List<Entry> entries, Optional<Operation> operation) {
    Set<StoreCapability> needs = ofPeek(entries);
    addOperation(operation, needs);
    for (Entry entry : entries) {
      if (entry.atLeast() < entry.cost()) {
        needs.add(StoreCapability.RESERVATIONS);
      }
    }
    return needs;
  }

  static Set<StoreCapability> ofPeek(List<Entry> entries) {
    Set<StoreCapability> needs = EnumSet.noneOf(StoreCapability.class);
    entries.forEach(entry -> addLimits(entry.limits(), needs));
    return needs;
  }

  static Set<StoreCapability> ofSettle(List<Change> changes, boolean last) {
    Set<StoreCapability> needs = EnumSet.noneOf(StoreCapability.class);
    for (Change change : changes) {
      Hold hold = change.hold();
      if (hold.operation().isEmpty()) {
        // A hold without an operation has no permit.
        needs.add(StoreCapability.REFUNDS);
        addWindows(hold.limits(), needs);
      } else {
        addOperation(hold.operation(), needs);
        addLimits(hold.limits(), needs);
        if (!last) {
          needs.add(StoreCapability.RESERVATIONS);
        }
      }
    }
    return needs;
  }

  static Set<StoreCapability> ofRenew(List<Hold> holds) {
    Set<StoreCapability> needs = EnumSet.of(StoreCapability.RESERVATIONS);
    holds.forEach(hold -> addLimits(hold.limits(), needs));
    return needs;
  }

  private static void addOperation(Optional<Operation> operation, Set<StoreCapability> needs) {
    if (operation.isPresent()) {
      needs.add(
          operation.get().kind() == Operation.Kind.CHARGE
              ? StoreCapability.IDEMPOTENCY
              : StoreCapability.RESERVATIONS);
    }
  }

  private static void addLimits(List<LimitSpec> limits, Set<StoreCapability> needs) {
    for (LimitSpec limit : limits) {
      if (limit.window() instanceof Window.Concurrent) {
        needs.add(StoreCapability.PERMITS);
      }
    }
    addWindows(limits, needs);
  }

  private static void addWindows(List<LimitSpec> limits, Set<StoreCapability> needs) {
    for (LimitSpec limit : limits) {
      if (limit.window() instanceof Window.Sliding) {
        needs.add(StoreCapability.SLIDING);
      } else if (limit.window() instanceof Window.Session) {
        needs.add(StoreCapability.SESSIONS);
      }
      if (limit.rollover().isPresent()) {
        needs.add(StoreCapability.ROLLOVER);
      }
    }
  }
}
