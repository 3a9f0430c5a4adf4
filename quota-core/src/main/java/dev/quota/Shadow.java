package dev.quota;

import dev.quota.spi.LimitResult;
import dev.quota.store.Availability;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Makes the states of quotas as if their limits in shadow mode were enforced. */
final class Shadow {

  private Shadow() {}

  /**
   * Returns whether limits in shadow mode would have refused a line that was allowed.
   *
   * @param answer what decided it
   */
  static boolean isShort(Request request, int line, Answer answer) {
    ResolvedQuota quota = request.line(line).quota();
    if (quota.shadow == null || answer.isRefused() || request.cost(line) == 0) {
      return false;
    }
    if (quota.isShadowClosed()) {
      return true;
    }
    for (int i = 0; i < quota.entries.length; i++) {
      if (isSkipped(quota, i, line, answer)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSkipped(ResolvedQuota quota, int entry, int line, Answer answer) {
    OptionalLong taken = answer.takenOf(line, entry);
    return quota.entries[entry].shadow() && taken.isPresent() && taken.getAsLong() == 0;
  }

  /**
   * Returns the state of a line as if its limits in shadow mode were enforced.
   *
   * @param quota the quota with all limits enforced
   * @param asked whether nothing was to be taken
   * @param cost the cost of the visible state
   */
  static QuotaState state(
      Request request, int line, ResolvedQuota quota, Answer answer, boolean asked, long cost) {
    boolean isShort = !asked && isShort(request, line, answer);
    long about = isShort ? request.cost(line) : cost;
    Certainty certainty = answer.certainty(line, about);
    List<LimitState> limits =
        Arrays.stream(quota.all)
            .map(
                limit -> {
                  LimitResult result = answer.result(line, limit, certainty, about);
                  // What was taken has room for the next cost or not. The state is about this one.
                  boolean hadRoom = isShort && !isReason(request, line, limit, answer);
                  return StateAssembler.limitState(
                      request,
                      quota,
                      limit,
                      hadRoom ? withRoom(result) : result,
                      answer.accuracy(line, limit, certainty, about));
                })
            .toList();
    return new QuotaState(quota, limits, certainty, answer.now().toEpochMilli(), about);
  }

  private static boolean isReason(Request request, int line, ResolvedLimit limit, Answer answer) {
    ResolvedQuota quota = request.line(line).quota();
    if (limit.entry == ResolvedLimit.NOT_STORED) {
      return limit.shadow;
    }
    return !quota.isShadowClosed() && isSkipped(quota, limit.entry, line, answer);
  }

  private static LimitResult withRoom(LimitResult result) {
    return new LimitResult(
        result.name(),
        Availability.now(),
        result.used(),
        result.reserved(),
        result.granted(),
        result.peakBefore(),
        result.peakAfter(),
        result.resetAtMillis(),
        result.rolledOver());
  }
}
