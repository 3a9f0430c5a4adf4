package dev.quota.redis;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs example reads before the first decision, to load what a decision needs, because that takes
 * longer than the time budget. It changes nothing.
 */
final class WarmUp {

  private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());

  private static final LimitSpec BURST =
      new LimitSpec("burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.of(10));
  private static final LimitSpec DAILY =
      new LimitSpec(
          "daily",
          new Window.Calendar(CalendarUnit.DAY, ZoneOffset.UTC, DayOfWeek.MONDAY, 1),
          Capacity.of(50));
  private static final LimitSpec AT_ONCE =
      new LimitSpec("at-once", new Window.Concurrent(Duration.ofMinutes(1)), Capacity.of(2));

  /** One for each of the two scripts. */
  private static final List<Entry> NOBODY =
      List.of(nobody(List.of(BURST, DAILY)), nobody(List.of(DAILY, AT_ONCE)));

  private WarmUp() {}

  private static Entry nobody(List<LimitSpec> limits) {
    Key key = new Key("user", "rehearsal", "nobody", "rehearsal");
    return new Entry(key, limits, 1, 1, 1, OnShort.REFUSE_ALL);
  }

  static void run(Dispatcher dispatcher) {
    run(dispatcher, NOBODY.stream().map(entry -> new StoreCommand.Peek(List.of(entry))).toList());
  }

  /**
   * Sends reads for a subject that does not exist, so that Redis has the scripts and this process
   * has its classes. Reads with a form that was sent already are left out, because they use the
   * same script.
   */
  static void run(Dispatcher dispatcher, List<StoreCommand.Peek> peeks) {
    long giveUpNanos = System.nanoTime() + Probe.PATIENCE.toNanos();
    Set<List<String>> forms = new HashSet<>();
    try {
      for (StoreCommand.Peek peek : peeks) {
        if (forms.add(form(peek))) {
          StoreReply reply = dispatcher.send(peek, giveUpNanos).await();
          LOG.log(System.Logger.Level.DEBUG, "Redis knows it; its time is {0}.", reply.now());
        }
      }
    } catch (QuotaStoreException e) {
      // Redis is away, which {@link Watch} reports.
      LOG.log(System.Logger.Level.DEBUG, "Not all could be rehearsed.", e);
    }
  }

  /** Returns the form of a read, which determines its script: the kinds of limits of its quotas. */
  private static List<String> form(StoreCommand.Peek peek) {
    return peek.entries().stream()
        .map(entry -> entry.key().quota() + " " + EntryLayout.of(entry.limits()).kinds)
        .toList();
  }
}
