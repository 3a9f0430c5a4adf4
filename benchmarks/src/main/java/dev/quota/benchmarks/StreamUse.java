package dev.quota.benchmarks;

import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of each word of a stream: a report of its use, below the estimate. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgs = {"-Xms512m", "-Xmx512m"})
public class StreamUse {

  private static final long ESTIMATE = 1_000_000_000_000L;

  /** An open reservation, and a bare number to compare with. */
  @State(Scope.Thread)
  public static class Streaming {

    private final Quotas quotas =
        Quotas.builder()
            .policy(
                QuotaPolicy.builder("tokens")
                    .limit("daily", "9000000000000 per calendar day")
                    .build())
            .build();
    private final Reservation reservation =
        quotas.reserve(Subject.user("alice"), "tokens", ESTIMATE);
    private final AtomicLong number = new AtomicLong();
    private long soFar;

    /** Ends the reservation. */
    @TearDown
    public void close() {
      reservation.close();
      quotas.close();
    }
  }

  /**
   * Notes the use of a word.
   *
   * @param streaming the stream
   * @return whether it may go on
   */
  @Benchmark
  public boolean used(Streaming streaming) {
    return streaming.reservation.used(++streaming.soFar);
  }

  /**
   * Notes a number in a bare atomic maximum.
   *
   * @param streaming the stream
   * @return the maximum
   */
  @Benchmark
  public long atomicMaximum(Streaming streaming) {
    return streaming.number.accumulateAndGet(++streaming.soFar, Math::max);
  }
}
