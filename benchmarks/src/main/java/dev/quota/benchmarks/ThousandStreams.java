package dev.quota.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The processor time of a thousand streams in the library. Each stream reports its use twenty times
 * a second, exceeds its estimate, ends after some seconds and is replaced by another. The same loop
 * without the library is measured by turns and subtracted.
 */
public final class ThousandStreams {

  private static final int STREAMS = 1_000;
  private static final int WORDS_PER_SECOND = 20;
  private static final int WORDS = 100;
  private static final int WARM_UP_ROUNDS = 4;
  private static final int ROUNDS = 5;
  private static final Duration ROUND = Duration.ofSeconds(6);

  private final Quotas quotas =
      Quotas.builder()
          .policy(
              QuotaPolicy.builder("tokens")
                  .limit("daily", "9000000000000 per calendar day")
                  .limit("org", "9000000000000 per calendar month per global")
                  .limit("running", "2000 at once per global")
                  .build())
          .build();
  private final OperatingSystemMXBean machine =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private long sink;

  private ThousandStreams() {}

  /**
   * Measures and prints.
   *
   * @param arguments none
   * @throws InterruptedException if it is interrupted
   */
  public static void main(String[] arguments) throws InterruptedException {
    new ThousandStreams().run();
  }

  private void run() throws InterruptedException {
    // Warm-up, because the code is not compiled yet.
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      measured(true);
    }
    measured(false);
    List<Double> shares = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      double with = measured(true);
      double without = measured(false);
      shares.add(with - without);
      System.out.printf(
          Locale.ROOT, "with %.2f %%, without %.2f %% of a core%n", with * 100, without * 100);
    }
    shares.sort(null);
    System.out.printf(
        Locale.ROOT,
        "%,d streams, %d words a second each: median %.2f %% of a core (%.2f to %.2f), sink %d%n",
        STREAMS,
        WORDS_PER_SECOND,
        shares.get(ROUNDS / 2) * 100,
        shares.get(0) * 100,
        shares.get(ROUNDS - 1) * 100,
        sink);
    quotas.close();
  }

  /** Returns which share of a core the streams took for a round. */
  private double measured(boolean counting) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(1);
    Reservation[] open = new Reservation[STREAMS];
    long[] soFar = new long[STREAMS];
    int[] left = new int[STREAMS];
    long begunNanos = System.nanoTime();
    long begunCpu = machine.getProcessCpuTime();
    long tickNanos = Duration.ofSeconds(1).toNanos() / WORDS_PER_SECOND;
    long ticks = ROUND.toNanos() / tickNanos;
    for (long tick = 0; tick < ticks; tick++) {
      for (int i = 0; i < STREAMS; i++) {
        if (left[i] == 0) {
          end(open, i, soFar[i]);
          left[i] = 1 + random.nextInt(WORDS);
          soFar[i] = 0;
          open[i] = counting ? quotas.reserve(Subject.user("u" + i), "tokens", 200) : null;
        }
        left[i]--;
        soFar[i] += 5;
        sink += open[i] == null || open[i].used(soFar[i]) ? 1 : 0;
      }
      long wait = begunNanos + (tick + 1) * tickNanos - System.nanoTime();
      if (wait > 0) {
        Thread.sleep(Duration.ofNanos(wait).toMillis());
      }
    }
    for (int i = 0; i < STREAMS; i++) {
      end(open, i, soFar[i]);
    }
    return (double) (machine.getProcessCpuTime() - begunCpu) / (System.nanoTime() - begunNanos);
  }

  private void end(Reservation[] open, int index, long soFar) {
    if (open[index] != null) {
      sink += open[index].settle(soFar).charged();
      open[index] = null;
    }
  }
}
