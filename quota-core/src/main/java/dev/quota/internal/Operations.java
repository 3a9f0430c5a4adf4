package dev.quota.internal;

import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStoreException;
import org.jspecify.annotations.Nullable;

/**
 * The operations that are remembered on one key. Most keys have none, so it is made when it is
 * needed. Used under the lock of its counts.
 */
final class Operations {

  /** A bound on memory: an operation with two limits takes 370 bytes. */
  static final int MAX_PER_KEY = 100_000;

  private final Expiring<OperationKey, Held> takes = new Expiring<>();
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

  /** Fails if there is no room for another operation. */
  void requireRoom() {
    if (takes.size() + grants.size() >= MAX_PER_KEY) {
      throw new QuotaStoreException(
          "the in-process store remembers "
              + MAX_PER_KEY
              + " operations on one key already; nothing was changed. Keep them for a shorter time,"
              + " or settle them",
          QuotaStoreException.Applied.NO,
          null);
    }
  }

  /** Remembers what an operation took, from now on. */
  void begin(OperationKey key, Operation operation, Held held, long nowMillis) {
    long endMillis = nowMillis + operation.keepMillis();
    takes.put(key, held, endMillis);
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
