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
 * Only one operation of the reservation changes it at a time. Any thread may read it.
 */
final class FittingUnits {

  /** The first estimate fits completely. */
  private volatile long units = Long.MAX_VALUE;

  /**
   * Notes the result of a growth. What was held before still counts as fitting, whatever others
   * have taken since.
   *
   * @param now the holds of the reply
   * @param before units held before the growth
   * @param held units held now
   */
  void grown(HeldNow now, StoreReply reply, long before, long held) {
    long beyond = 0;
    for (int i = 0; i < now.holds().size(); i++) {
      EntryResult entry = reply.entries().get(i);
      // Units that grow without a bound, such as those of an observed quota, need no grace.
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
        most = Math.max(most, taken - result.granted() - result.rolledOver() - limited.units());
      }
    }
    return most;
  }

  /** Returns whether more has been used than fits. */
  boolean isExceededBy(long used) {
    return used > units;
  }
}
