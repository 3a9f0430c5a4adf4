package dev.quota.storetests;

import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.store.Availability;
import dev.quota.store.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The moments that a trace may move its clock to. They come from replies and operations. Not
 * thread-safe.
 */
final class TraceMoments {

  private final SplittableRandom random;
  private final ManualClock clock;
  private final List<Long> moments = new ArrayList<>();

  TraceMoments(SplittableRandom random, ManualClock clock) {
    this.random = random;
    this.clock = clock;
  }

  /** Returns the remembered moments that are still to come. */
  List<Long> future() {
    return moments.stream().filter(moment -> moment > clock.millis()).toList();
  }

  /** Remembers a moment. */
  void add(long moment) {
    moments.add(moment);
  }

  /** Moves the clock: by a random step, or to a moment that is remembered. */
  void move() {
    long now = clock.millis();
    List<Long> future = future();
    switch (random.nextInt(16)) {
      case 0 -> clock.advanceMillis(1);
      case 1 -> clock.advanceMillis(random.nextLong(1, 1_000));
      case 2 -> clock.advanceMillis(random.nextLong(1, 60_000));
      case 3 -> clock.advanceMillis(random.nextLong(1, 3_600_000));
      case 4 -> clock.advanceMillis(random.nextInt(4) == 0 ? random.nextLong(1, 86_400_000) : 0);
      case 5 ->
          clock.advanceMillis(random.nextInt(30) == 0 ? random.nextLong(1, 70 * 86_400_000L) : 0);
      case 6, 7, 8 -> jump(future);
      default -> {}
    }
    if (clock.millis() < now) {
      clock.set(now);
    }
    moments.removeIf(moment -> moment <= now);
    while (moments.size() > 12) {
      moments.remove(0);
    }
  }

  /** Moves the clock to a remembered moment, or to one millisecond before it. */
  private void jump(List<Long> future) {
    if (!future.isEmpty()) {
      long moment = future.get(random.nextInt(future.size()));
      long days = (moment - clock.millis()) / 86_400_000L;
      if (days < 400 && random.nextLong(days + 1) == 0) {
        clock.set(moment - random.nextInt(2));
      }
    }
  }

  /** Remembers the moments in a result. */
  void note(EntryResult result) {
    for (LimitResult limit : result.limits()) {
      limit.resetAtMillis().ifPresent(moments::add);
      if (limit.availability() instanceof Availability.At at) {
        moments.add(at.epochMillis());
      }
    }
  }

  /** Notes when something of an operation ends. */
  void remind(Operation operation, List<Entry> entries) {
    moments.add(clock.millis() + operation.keep().toMillis());
    for (Entry entry : entries) {
      for (LimitSpec limit : entry.limits()) {
        if (limit.window() instanceof Window.Concurrent concurrent) {
          moments.add(clock.millis() + concurrent.lease().toMillis());
        }
      }
    }
  }
}
