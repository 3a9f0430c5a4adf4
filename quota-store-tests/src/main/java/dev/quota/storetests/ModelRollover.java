package dev.quota.storetests;

import static dev.quota.storetests.ModelLimits.isUnlimited;
import static dev.quota.storetests.ModelLimits.units;

import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;

/** How unused allowance rolls over in the model. */
final class ModelRollover {

  private ModelRollover() {}

  /** Notes what a window leaves that ends. */
  static void end(ModelCount count) {
    boolean rolls = count.spec.rollover().isPresent();
    count.carried = rolls ? unused(count.spec, count.used) : 0;
    count.carriedFrom = rolls ? count.end : ModelLife.NONE;
  }

  /** Notes what a window has that begins. */
  static void begin(ModelCount count, long now) {
    if (count.spec.rollover().isEmpty()) {
      count.carriedFrom = ModelLife.NONE;
      count.carried = 0;
    } else if (count.carriedFrom != ModelLife.NONE) {
      count.carried = carried(count, count.spec, now);
      count.carriedFrom = now;
    }
  }

  /** Returns what the window of a moment has from the window before. */
  static long rolledOver(ModelCount count, LimitSpec limit, long at) {
    return atMostShare(limit, limit.rollover().isEmpty() ? 0 : carried(count, limit, at));
  }

  private static long carried(ModelCount count, LimitSpec limit, long at) {
    if (count.carriedFrom == ModelLife.NONE || count.end != ModelLife.NONE) {
      return count.carried;
    }
    Window.Calendar window = (Window.Calendar) limit.window();
    long start = ModelCalendar.startAt(window, at);
    if (count.carriedFrom >= start) {
      return count.carried;
    }
    return count.carriedFrom >= ModelCalendar.startAt(window, start - 1) ? unused(limit, 0) : 0;
  }

  static long atMostShare(LimitSpec limit, long units) {
    return limit.rollover().map(share -> Math.min(units, share.units(limit.capacity()))).orElse(0L);
  }

  private static long unused(LimitSpec limit, long used) {
    return isUnlimited(limit) ? 0 : Math.max(0, units(limit) - used);
  }
}
