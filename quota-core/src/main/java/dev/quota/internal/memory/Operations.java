package dev.quota.internal.memory;

import dev.quota.spi.Operation;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The operations that are remembered on one key, each for an elapsed time. Most keys have none, so
 * it is created when it is needed. Used under the lock of its counts.
 */
final class Operations {

  private final Map<String, Integer> takesByOwner = new HashMap<>();
  private final Expiring<OperationKey, Held> takes = new Expiring<>(this::forgotten);

  /** Null until there is a grant, because most keys never have one. */
  private @Nullable Expiring<OperationKey, Boolean> grants;

  private final LongSupplier elapsedMillis;
  private Reserved reserved = new Reserved();

  /**
   * Creates an empty memory.
   *
   * @param elapsedMillis how much time has passed, which no wall clock moves
   */
  Operations(LongSupplier elapsedMillis) {
    this.elapsedMillis = elapsedMillis;
  }

  /** Forgets what has ended. */
  void advance() {
    long now = elapsedMillis.getAsLong();
    takes.expire(now);
    if (grants != null) {
      grants.expire(now);
    }
    reserved.advance(now);
  }

  /** Returns what an operation took, if that is remembered. */
  @Nullable Held take(OperationKey key) {
    return takes.get(key);
  }

  boolean knowsGrant(OperationKey key) {
    return grants != null && grants.get(key) != null;
  }

  private void forgotten(Held held) {
    takesByOwner.computeIfPresent(held.owner, (owner, count) -> count == 1 ? null : count - 1);
  }

  /** Returns how many takes of an owner are remembered. */
  int ofOwner(String owner) {
    return takesByOwner.getOrDefault(owner, 0);
  }

  int size() {
    return takes.size() + (grants == null ? 0 : grants.size());
  }

  /** Remembers what an operation took. */
  void begin(OperationKey key, Operation operation, Held held) {
    long endMillis = elapsedMillis.getAsLong() + operation.keepMillis();
    takes.put(key, held, endMillis);
    takesByOwner.merge(held.owner, 1, Integer::sum);
    if (held.isReserved()) {
      reserved.add(held, endMillis);
    }
  }

  /** Sets what an operation holds, and remembers it for its full time from now on. */
  void renew(OperationKey key, Operation operation, Held held, long totalUnits) {
    release(held);
    held.units = totalUnits;
    begin(key, operation, held);
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

  void rememberGrant(OperationKey key, Operation operation) {
    if (grants == null) {
      grants = new Expiring<>();
    }
    grants.put(key, true, elapsedMillis.getAsLong() + operation.keepMillis());
  }

  /** Forgets all but the grants. */
  void reset() {
    takes.clear();
    reserved = new Reserved();
  }

  /** Returns whether nothing is remembered. */
  boolean isEmpty() {
    return size() == 0 && reserved.units() == 0;
  }

  /** Returns how much open reservations hold, as of the last {@link #advance}. */
  long reservedUnits() {
    return reserved.units();
  }

  /** Returns how long the last operation is remembered from now on. */
  long remainingMillis() {
    long now = elapsedMillis.getAsLong();
    long granted = grants == null ? 0 : grants.remainingMillis(now);
    long remembered = Math.max(takes.remainingMillis(now), granted);
    return Math.max(remembered, reserved.remainingMillis(now));
  }

  /** Returns a copy with the sum of reservations, but without the operations. */
  Operations copy() {
    Operations copy = new Operations(elapsedMillis);
    copy.reserved = reserved.copy();
    return copy;
  }
}
