package dev.quota.internal;

import dev.quota.spi.Operation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations that are remembered on one key. Most keys have none, so it is made when it is
 * needed. Used under the lock of its counts.
 */
final class Operations {

  private final Map<String, Integer> takesByOwner = new HashMap<>();
  private final Expiring<OperationKey, Held> takes = new Expiring<>(this::forgotten);
  private final Expiring<OperationKey, Boolean> grants = new Expiring<>();
  private Reserved reserved = new Reserved();

  void advance(long nowMillis) {
    takes.expire(nowMillis);
    grants.expire(nowMillis);
    reserved.advance(nowMillis);
  }

  /** Returns what an operation took, if that is remembered. */
  @Nullable Held take(OperationKey key) {
    return takes.get(key);
  }

  boolean knowsGrant(OperationKey key) {
    return grants.get(key) != null;
  }

  private void forgotten(Held held) {
    takesByOwner.computeIfPresent(held.owner, (owner, count) -> count == 1 ? null : count - 1);
  }

  /** Returns how many takes of somebody are remembered. */
  int ofOwner(String owner) {
    return takesByOwner.getOrDefault(owner, 0);
  }

  int size() {
    return takes.size() + grants.size();
  }

  /** Remembers what an operation took, from now on. */
  void begin(OperationKey key, Operation operation, Held held, long nowMillis) {
    long endMillis = nowMillis + operation.keepMillis();
    takes.put(key, held, endMillis);
    takesByOwner.merge(held.owner, 1, Integer::sum);
    if (held.isReserved()) {
      reserved.add(held, endMillis);
    }
  }

  /** Sets what an operation holds, and remembers it from now on for its whole time. */
  void renew(OperationKey key, Operation operation, Held held, long totalUnits, long nowMillis) {
    release(held);
    held.units = totalUnits;
    begin(key, operation, held, nowMillis);
  }

  /** Sets what stays charged of an operation that is over. */
  void end(OperationKey key, Held held, long totalUnits) {
    release(held);
    held.units = totalUnits;
    held.settled = true;
    if (held.isReserved() || totalUnits == 0) {
      takes.remove(key);
    }
  }

  private void release(Held held) {
    if (held.isReserved()) {
      reserved.remove(held);
    }
  }

  void rememberGrant(OperationKey key, Operation operation, long nowMillis) {
    grants.put(key, true, nowMillis + operation.keepMillis());
  }

  /** Forgets all but the grants. */
  void reset() {
    takes.clear();
    reserved = new Reserved();
  }

  /** Returns whether nothing is remembered, so that a new memory would be the same. */
  boolean isEmpty() {
    return takes.size() + grants.size() == 0 && reserved.units() == 0;
  }

  /** Returns how much open reservations hold, as of the last {@link #advance}. */
  long reservedUnits() {
    return reserved.units();
  }

  long remainingMillis(long nowMillis) {
    long remembered = Math.max(takes.remainingMillis(nowMillis), grants.remainingMillis(nowMillis));
    return Math.max(remembered, reserved.remainingMillis(nowMillis));
  }

  /** Returns the same sum of reservations, without a memory of operations. */
  Operations copy() {
    Operations copy = new Operations();
    copy.reserved = reserved.copy();
    return copy;
  }
}
