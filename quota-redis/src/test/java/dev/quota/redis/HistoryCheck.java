package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Call;
import dev.quota.redis.History.Outcome;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Judges a recorded history against what a store promises. Each method fails with the numbers, and
 * returns the check for the next.
 *
 * <pre>{@code
 * history.check().of(key).grantedAtMost(100).usedIs(usedInRedis).withinBudget(budget);
 * }</pre>
 *
 * @param calls the calls to judge
 */
record HistoryCheck(List<Call> calls) {

  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final Duration ALWAYS = Duration.ofMillis(250);
  private static final double OFTEN_SHARE = 0.999;

  /** Costs beyond this are judged by their bounds alone; the exact sums would take too long. */
  private static final long EXACT_UP_TO = 1_000_000;

  /** Narrows it down to the calls for one key. */
  HistoryCheck of(String key) {
    return new HistoryCheck(calls.stream().filter(call -> call.key().equals(key)).toList());
  }

  /** Returns the units of all calls with this outcome. */
  long units(Outcome outcome) {
    return costs(outcome).sum();
  }

  /** Returns how many calls had this outcome. */
  long count(Outcome outcome) {
    return costs(outcome).count();
  }

  private LongStream costs(Outcome outcome) {
    return calls.stream().filter(call -> call.outcome() == outcome).mapToLong(Call::cost);
  }

  /** No more than the capacity was granted, in a time in which nothing comes back. */
  HistoryCheck grantedAtMost(long capacity) {
    assertThat(units(Outcome.GRANTED)).as("units granted").isLessThanOrEqualTo(capacity);
    return this;
  }

  /**
   * The units in Redis are those of all grants, each once, and of some of the calls whose outcome
   * is unknown, each at most once. A call that failed with NO, and a refused one, are not in it.
   *
   * @param used what Redis has counted at the end
   */
  HistoryCheck usedIs(long used) {
    long granted = units(Outcome.GRANTED);
    long unknown = units(Outcome.FAILED_UNKNOWN);
    assertThat(used)
        .as("units used in Redis, with %d granted and %d unknown", granted, unknown)
        .isBetween(granted, granted + unknown);
    if (unknown <= EXACT_UP_TO) {
      assertThat(unknownSums((int) unknown).get((int) (used - granted)))
          .as("%d units beyond the granted ones are a sum of unknown costs", used - granted)
          .isTrue();
    }
    return this;
  }

  /** Returns all sums that some of the unknown costs can have. */
  private BitSet unknownSums(int most) {
    BitSet sums = new BitSet(most + 1);
    sums.set(0);
    costs(Outcome.FAILED_UNKNOWN)
        .forEach(
            cost -> {
              for (int sum = sums.length() - 1; sum >= 0; sum--) {
                if (sums.get(sum)) {
                  sums.set(sum + (int) cost);
                }
              }
            });
    return sums;
  }

  /**
   * Each refusal had a reason: all that was granted or unknown and had begun before the refusal
   * ended left too little room. For a time in which nothing comes back.
   */
  HistoryCheck refusedForAReason(long capacity) {
    for (Call refused : calls) {
      if (refused.outcome() == Outcome.REFUSED) {
        long atMost =
            calls.stream()
                .filter(call -> call.startNanos() - refused.endNanos() < 0)
                .filter(
                    call ->
                        call.outcome() == Outcome.GRANTED
                            || call.outcome() == Outcome.FAILED_UNKNOWN)
                .mapToLong(Call::cost)
                .sum();
        assertThat(atMost + refused.cost())
            .as("units that could have been used, with those of the refused %s", refused)
            .isGreaterThan(capacity);
      }
    }
    return this;
  }

  /** Nobody was told anything but granted or refused. */
  HistoryCheck neverFailed() {
    assertThat(calls)
        .allMatch(call -> call.outcome() == Outcome.GRANTED || call.outcome() == Outcome.REFUSED);
    return this;
  }

  /** Leaves out of each call's time what the machine took from its caller meanwhile. */
  HistoryCheck without(Stalls stalls) {
    return new HistoryCheck(calls.stream().map(call -> without(stalls, call)).toList());
  }

  private static Call without(Stalls stalls, Call call) {
    long stalled = stalls.nanosWithin(call.startNanos(), call.endNanos());
    return new Call(
        call.startNanos(),
        call.endNanos() - Math.max(call.waitedNanos(), stalled),
        call.key(),
        call.cost(),
        call.outcome());
  }

  /**
   * Callers were told in time: 99.9 % within the budget and 50 ms, all within the budget and 250
   * ms.
   */
  HistoryCheck withinBudget(Duration budget) {
    return withinBudget(budget, OFTEN_SHARE);
  }

  /** The same, with another share for the narrower bound. */
  HistoryCheck withinBudget(Duration budget, double share) {
    long often = budget.plus(OFTEN).toNanos();
    long inTime = calls.stream().filter(call -> call.nanos() <= often).count();
    assertThat(inTime)
        .as("calls of %d back within %d ms", calls.size(), budget.plus(OFTEN).toMillis())
        .isGreaterThanOrEqualTo((long) Math.ceil(calls.size() * share));
    long slowest = calls.stream().mapToLong(Call::nanos).max().orElse(0);
    assertThat(slowest)
        .as("the slowest of %d calls, in nanoseconds", calls.size())
        .isLessThanOrEqualTo(budget.plus(ALWAYS).toNanos());
    return this;
  }
}
