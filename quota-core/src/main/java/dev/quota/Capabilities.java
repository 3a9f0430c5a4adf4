package dev.quota;

import dev.quota.policy.Scope;
import dev.quota.policy.Window;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.store.StoreCapability;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * What the store of an engine declares, and the messages about what it lacks. The store is asked
 * once, when the engine is built. Immutable.
 */
final class Capabilities {

  private final QuotaStore store;
  private final Set<StoreCapability> declared;

  private Capabilities(QuotaStore store, Set<StoreCapability> declared) {
    this.store = store;
    this.declared = declared;
  }

  /**
   * Asks a store.
   *
   * @throws IllegalArgumentException if it declares a capability without another one that it
   *     requires
   */
  static Capabilities of(QuotaStore store) {
    Set<StoreCapability> declared = EnumSet.noneOf(StoreCapability.class);
    declared.addAll(Objects.requireNonNull(store.capabilities(), "capabilities"));
    Capabilities capabilities = new Capabilities(store, declared);
    for (StoreCapability capability : declared) {
      for (StoreCapability required : capability.requires()) {
        if (!declared.contains(required)) {
          throw new IllegalArgumentException(
              capabilities.name()
                  + " declares "
                  + capability
                  + ", which requires "
                  + required
                  + " too: declare both, or neither");
        }
      }
    }
    return capabilities;
  }

  boolean has(StoreCapability capability) {
    return declared.contains(capability);
  }

  boolean isComplete() {
    return declared.size() == StoreCapability.values().length;
  }

  /**
   * Checks what a call of the engine needs.
   *
   * @param call what was called, such as {@code reserve}
   * @throws UnsupportedOperationException if the store does not declare it
   */
  void require(StoreCapability capability, String call) {
    if (!has(capability)) {
      throw new UnsupportedOperationException(
          lacks(call, capability)
              + ": use a store that has it, such as RedisQuotaStore or the one in this process");
    }
  }

  /**
   * Checks what a command needs before it is sent.
   *
   * @throws UnsupportedOperationException if the store does not declare it
   */
  void require(StoreCommand command) {
    for (StoreCapability needed : command.needs()) {
      require(needed, "the command " + command.getClass().getSimpleName());
    }
  }

  /**
   * Checks what the limits of a quota need.
   *
   * @throws IllegalArgumentException if the store does not declare it; it names quota and limit
   */
  void require(ResolvedQuota quota) {
    for (ResolvedLimit limit : quota.all) {
      if (limit.entry != ResolvedLimit.NOT_STORED) {
        if (limit.spec.window() instanceof Window.Concurrent) {
          require(limit, "a limit on how many at once", StoreCapability.PERMITS);
        }
        if (limit.spec.window() instanceof Window.Sliding) {
          require(limit, "a sliding limit", StoreCapability.SLIDING);
        }
        if (limit.spec.window() instanceof Window.Session) {
          require(limit, "a session limit", StoreCapability.SESSIONS);
        }
        if (limit.spec.rollover().isPresent()) {
          require(limit, "a limit with a rollover", StoreCapability.ROLLOVER);
        }
        if (limit.scope == Scope.CONVERSATION) {
          require(limit, "a limit on conversations", StoreCapability.IDEMPOTENCY);
        }
      }
    }
  }

  private void require(ResolvedLimit limit, String what, StoreCapability capability) {
    if (!has(capability)) {
      throw new IllegalArgumentException(
          "limit "
              + limit.qualifiedName
              + ": "
              + lacks(what, capability)
              + ": leave the limit out, or use a store that has it, such as RedisQuotaStore or the"
              + " one in this process");
    }
  }

  private String lacks(String what, StoreCapability capability) {
    return what
        + " needs the store capability "
        + capability
        + ", which "
        + name()
        + " does not declare";
  }

  private String name() {
    return "the store \"" + store.health().store() + "\"";
  }
}
