package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitKind;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.Scope;
import dev.quota.policy.Threshold;
import dev.quota.policy.Window;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.store.Availability;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A limit as one plan in one zone sees it, and its position in a store's reply. */
final class ResolvedLimit {

  /** The entry of a limit that no store counts. */
  static final int NOT_STORED = -1;

  /** The name across quotas, {@code <quota>.<limit>}. */
  final String qualifiedName;

  final LimitPolicy policy;
  final LimitSpec spec;
  final Scope scope;
  final LimitKind kind;
  final List<Threshold> thresholds;
  final int entry;
  final int index;

  /** True if it lasts as long as a conversation, so that waiting does not help. */
  final boolean ofConversation;

  /** True if it is in shadow mode: it counts, but refuses nothing. */
  final boolean shadow;

  /** Why the capacity is not the usual one. */
  final Optional<CapacityChange> change;

  /** True if it counts calls instead of units. */
  final boolean countsCalls;

  /** The capacity; empty if it is unlimited. */
  final OptionalLong limit;

  /** The use from which on there is a warning. */
  final long warnsFrom;

  private final LimitResult open;
  private final LimitResult closed;

  ResolvedLimit(
      String quota,
      LimitPolicy policy,
      LimitSpec spec,
      Scope scope,
      List<Threshold> thresholds,
      boolean shadow,
      Optional<CapacityChange> change,
      int entry,
      int index) {
    this.qualifiedName = quota + "." + policy.name();
    this.policy = policy;
    this.spec = spec;
    this.scope = scope;
    this.shadow = shadow;
    this.change = change;
    this.kind = policy.window().kind();
    this.ofConversation = policy.window() instanceof LimitWindow.Conversation;
    this.countsCalls = policy.countsCalls();
    this.limit = isUnlimited() ? OptionalLong.empty() : OptionalLong.of(capacity());
    this.thresholds = distinct(thresholds);
    this.entry = entry;
    this.index = index;
    this.warnsFrom =
        thresholds.stream()
            .mapToLong(threshold -> threshold.usedAt(capacity()))
            .min()
            .orElse(Long.MAX_VALUE);
    this.open = empty(Availability.now());
    this.closed = empty(Availability.never());
  }

  /** Returns this limit as people see it while it is in shadow mode: nothing limits them. */
  ResolvedLimit withoutCapacity() {
    LimitSpec unlimited = new LimitSpec(spec.name(), spec.window(), Capacity.unlimited());
    return new ResolvedLimit(
        quota(), policy, unlimited, scope, List.of(), true, Optional.empty(), NOT_STORED, 0);
  }

  private String quota() {
    return qualifiedName.substring(0, qualifiedName.indexOf('.'));
  }

  /** Returns whether its capacity is a number of the quota's units. */
  boolean countsUnits() {
    return !countsCalls && !(spec.window() instanceof Window.Concurrent);
  }

  static boolean countsUnits(LimitPolicy limit) {
    return !limit.countsCalls() && !(limit.window() instanceof LimitWindow.Concurrent);
  }

  /** Thresholds with the same value are one: 80 % and "2 left" of 10. */
  private List<Threshold> distinct(List<Threshold> given) {
    Map<Long, Threshold> byPoint = new LinkedHashMap<>();
    given.forEach(threshold -> byPoint.putIfAbsent(threshold.usedAt(capacity()), threshold));
    return List.copyOf(byPoint.values());
  }

  private LimitResult empty(Availability availability) {
    return new LimitResult(spec.name(), availability, 0, 0, 0, 0, 0, OptionalLong.empty());
  }

  /** Returns the numbers of a limit that no store counts. */
  LimitResult withoutStore(long cost) {
    return isZero() && cost > 0 ? closed : open;
  }

  /** Returns the placeholder for the numbers of a limit about which nothing is known. */
  LimitResult unknown(boolean refused) {
    return refused ? empty(new Availability.WhenReleased()) : open;
  }

  /** Returns the placeholder for the numbers of a limit that a cost exceeds. */
  LimitResult exceeded() {
    return closed;
  }

  /** Returns whether a cost is more than this limit can ever grant. */
  boolean isExceededBy(long cost) {
    return spec.capacity() instanceof Capacity.Limited limited
        && limited.units() + spec.rolloverUnits() < (countsUnits() ? cost : Math.min(1, cost));
  }

  boolean isUnlimited() {
    return spec.capacity() instanceof Capacity.Unlimited;
  }

  boolean isZero() {
    return spec.capacity() instanceof Capacity.Limited limited && limited.units() == 0;
  }

  /** Returns whether it is full again at one moment: a calendar window or a session. */
  boolean isFixed() {
    return spec.window() instanceof Window.Fixed;
  }

  /** Returns the capacity; only for limits that have one. */
  long capacity() {
    if (spec.capacity() instanceof Capacity.Limited limited) {
      return limited.units();
    }
    throw new IllegalStateException("limit " + spec.name() + " is unlimited");
  }
}
