package dev.quota;

import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import java.time.Duration;
import java.util.Optional;

/** Makes the refusal that fits the states of a request. */
final class Refusals {

  private Refusals() {}

  /** Returns the refusal of a request after an answer. */
  static Decision of(Request request, Answer answer, QuotaSnapshot states) {
    return of(answer.isTooLarge() ? tooLarge(request, states) : states);
  }

  private static QuotaSnapshot tooLarge(Request request, QuotaSnapshot all) {
    QuotaState[] tooLarge =
        all.quotas().stream()
            .filter(
                state ->
                    !state.allowed()
                        && state.binding().availability() instanceof Availability.Never)
            .toArray(QuotaState[]::new);
    return StateAssembler.snapshot(request, all.now(), tooLarge);
  }

  /** Returns the refusal that fits the states. */
  static Decision of(QuotaSnapshot states) {
    QuotaState binding = states.binding();
    Optional<Duration> wait = binding.retryAfter();
    if (wait.isEmpty()) {
      return new Decision.NeverFits(states, reason(binding.binding()));
    }
    return binding.accuracy() == Accuracy.UNKNOWN
        ? new Decision.Unavailable(states, wait.get())
        : new Decision.Denied(states, wait.get());
  }

  private static Decision.NeverFits.Reason reason(LimitState limit) {
    if (!limit.isOfConversation() || limit.availability() instanceof Availability.Never) {
      return Decision.NeverFits.Reason.TOO_LARGE;
    }
    return limit.countsCalls()
        ? Decision.NeverFits.Reason.CONVERSATION_TOO_LONG
        : Decision.NeverFits.Reason.CONVERSATION_SPENT;
  }
}
