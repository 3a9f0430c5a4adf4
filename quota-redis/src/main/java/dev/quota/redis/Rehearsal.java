package dev.quota.redis;

import dev.quota.spi.CalendarUnit;
import dev.quota.spi.Capacity;
import dev.quota.spi.Entry;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.spi.Window;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Plays one decision through before the first user comes: it loads what a decision needs, which
 * takes longer than a decision may. It reads, and so leaves nothing behind.
 */
final class Rehearsal {

  private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());

  private static final Entry NOBODY =
      new Entry(
          new Key("user", "rehearsal", "nobody", "rehearsal"),
          List.of(
              new LimitSpec("burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.of(10)),
              new LimitSpec(
                  "daily",
                  new Window.Calendar(CalendarUnit.DAY, ZoneOffset.UTC, DayOfWeek.MONDAY, 1),
                  Capacity.of(50))),
          1,
          1,
          1,
          OnShort.REFUSE_ALL);

  private Rehearsal() {}

  static void run(Dispatcher dispatcher) {
    try {
      StoreReply reply =
          dispatcher
              .send(
                  new StoreCommand.Peek(List.of(NOBODY)),
                  System.nanoTime() + Probe.PATIENCE.toNanos())
              .await();
      LOG.log(System.Logger.Level.DEBUG, "Ready; by the clock of Redis it is {0}.", reply.now());
    } catch (QuotaStoreException e) {
      // Redis is away, which the watch reports.
      LOG.log(System.Logger.Level.DEBUG, "Nothing could be rehearsed.", e);
    }
  }
}
