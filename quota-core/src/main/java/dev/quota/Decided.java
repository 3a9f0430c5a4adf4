package dev.quota;

import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * A decision with what it was about, for those who go on from there.
 *
 * @param request what was asked in the end, other quotas in the place of some included
 * @param states the states of the request's lines
 * @param taken how much was taken of each line, by its position
 * @param decision the answer
 */
record Decided(Request request, QuotaSnapshot states, IntToLongFunction taken, Decision decision) {

  Subject subject() {
    return request.subject();
  }

  /** Returns the states of quotas in whose place others were charged. */
  List<QuotaState> replaced() {
    return request.replaced();
  }
}
