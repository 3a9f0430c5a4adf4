package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Growth;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.StoreReply;
import java.util.List;

/**
 * How many units of a reservation fit its limits. What it holds beyond them is within their grace.
 * Changed by one operation of its reservation at a time, read by any.
 */
final class FittingUnits {

  /** What is reserved at first fits completely. */
  private volatile long units = Long.MAX_VALUE;

  /**
   * Notes what a growth has shown. What was held before has fitted, whatever others took since.
   *
   * @param now what the reply is about
   * @param before units held before the growth
   * @param held units held now
   */
  void grown(HeldNow now, StoreReply reply, long before, long held) {
    long beyond = 0;
    for (int i = 0; i < now.holds().size(); i++) {
      EntryResult entry = reply.entries().get(i);
      // What grows without a bound, such as what is only observed, needs no grace.
      if (now.growth(i) instanceof Growth.Within && !entry.gone()) {
        beyond = Math.max(beyond, beyond(now.holds().get(i).limits(), entry.limits()));
      }
    }
    units = beyond == 0 ? Long.MAX_VALUE : Math.max(held - beyond, Math.min(units, before));
  }

  private static long beyond(List<LimitSpec> limits, List<LimitResult> results) {
    long most = 0;
    for (int i = 0; i < limits.size(); i++) {
      LimitSpec limit = limits.get(i);
      if (limit.capacity() instanceof Capacity.Limited limited
          && !(limit.window() instanceof Window.Concurrent)) {
        LimitResult result = results.get(i);
        long taken = result.used() + result.reserved();
        most = Math.max(most, taken - result.granted() - limited.units());
      }
    }
    return most;
  }

  /** Returns whether more has been used than fits. */
  boolean isExceededBy(long used) {
    return used > units;
  }
}
