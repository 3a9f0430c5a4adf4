package dev.quota.benchmarks.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** The result of one contender in one round. */
final class Span {

  private final double perSecond;
  private final long decided;
  private final long refused;
  private final long failed;
  private final Optional<RuntimeException> firstFailure;
  private final long[] sortedNanos;

  Span(Duration measured, List<Caller> callers) {
    perSecond = callers.stream().mapToLong(Caller::inTime).sum() * 1e9 / measured.toNanos();
    decided = callers.stream().mapToLong(Caller::decided).sum();
    refused = callers.stream().mapToLong(Caller::refused).sum();
    failed = callers.stream().mapToLong(Caller::failed).sum();
    firstFailure = callers.stream().flatMap(caller -> caller.firstFailure().stream()).findFirst();
    sortedNanos =
        callers.stream().flatMapToLong(caller -> LongStream.of(caller.nanos())).sorted().toArray();
  }

  /** Returns the throughput: calls that ended in the measured time, per second. */
  double perSecond() {
    return perSecond;
  }

  /** Returns how many calls were answered, those outside the measured time included. */
  long decided() {
    return decided;
  }

  long refused() {
    return refused;
  }

  long failed() {
    return failed;
  }

  Optional<RuntimeException> firstFailure() {
    return firstFailure;
  }

  /** Returns the exact latency that this share of the calls did not exceed; 1 gives the longest. */
  double micros(double share) {
    if (sortedNanos.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(share * sortedNanos.length);
    return sortedNanos[Math.max(0, rank - 1)] / 1e3;
  }
}
