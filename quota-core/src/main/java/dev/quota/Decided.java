package dev.quota;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision, with the request and the answer that it was made of.
 *
 * @param request what was asked in the end; other quotas may have replaced some of the first
 *     request
 * @param states the states of the request's lines
 * @param answer what decided it; null if nothing was taken
 * @param decision the decision
 */
record Decided(Request request, QuotaSnapshot states, @Nullable Answer answer, Decision decision) {

  static Decided refused(Request request, QuotaSnapshot states, Decision decision) {
    return new Decided(request, states, null, decision);
  }

  Subject subject() {
    return request.subject();
  }

  /** Returns how much was taken of a line, by its position. */
  long taken(int line) {
    return answer == null ? 0 : answer.taken(line);
  }

  /** Returns the states of the quotas that others replaced. */
  List<QuotaState> replaced() {
    return request.replaced();
  }
}
