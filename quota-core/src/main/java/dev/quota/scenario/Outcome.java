package dev.quota.scenario;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.message.QuotaMessages;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The outcome of a step, as texts for scenarios.
 *
 * @param states the states afterwards
 * @param decision the decision; empty if nothing was charged
 */
record Outcome(QuotaSnapshot states, Optional<Decision> decision) {

  private static final QuotaMessages MESSAGES = QuotaMessages.create();
  private static final String NONE = "none";

  /** Returns the state of a quota; of the binding one if none is given. */
  QuotaState state(Optional<String> quota) {
    if (quota.isEmpty()) {
      return states.binding();
    }
    return states
        .quota(quota.get())
        .orElseThrow(() -> new IllegalArgumentException("the step has no quota " + quota.get()));
  }

  String result() {
    if (decision.isPresent()) {
      return decision.get() instanceof Decision.Allowed allowed
          ? allowed.isDegraded() ? "degraded" : "allowed"
          : "refused";
    }
    boolean refused = states.quotas().stream().anyMatch(state -> !state.allowed());
    boolean degraded = states.quotas().stream().anyMatch(QuotaState::isDegraded);
    return refused ? "refused" : degraded ? "degraded" : "allowed";
  }

  String level(Optional<String> quota) {
    return state(quota).level().text();
  }

  String code(Optional<String> quota) {
    return QuotaMessages.code(state(quota));
  }

  String limit(Optional<String> quota) {
    return state(quota).binding().name();
  }

  String remaining(Optional<String> quota, Optional<String> limit) {
    return number(limit(state(quota), limit).remaining());
  }

  String used(Optional<String> quota, Optional<String> limit) {
    return number(limit(state(quota), limit).used());
  }

  private static String number(OptionalLong number) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : "unlimited";
  }

  private static LimitState limit(QuotaState state, Optional<String> name) {
    if (name.isEmpty()) {
      return state.primary();
    }
    return state.limits().stream()
        .filter(limit -> limit.name().equals(name.get()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the quota "
                        + state.name()
                        + " has no limit "
                        + name.get()
                        + "; its limits are "
                        + String.join(
                            ", ", state.limits().stream().map(LimitState::name).toList())));
  }

  String waitTime(Optional<String> quota) {
    Optional<Duration> wait =
        quota.isEmpty() && decision.isPresent() && decision.get() instanceof Decision.Denied denied
            ? Optional.of(denied.retryAfter())
            : state(quota).retryAfter();
    return wait.map(DurationWords::print).orElse(result().equals("refused") ? "never" : NONE);
  }

  String resets(Optional<String> quota, Optional<String> limit, ZoneId zone) {
    LimitState state = limit(state(quota), limit);
    return state.resetAt().map(at -> at.atZone(zone).toLocalDateTime().toString()).orElse(NONE);
  }

  String sentence(Optional<String> quota, Locale language) {
    return MESSAGES.message(states, state(quota), language).detail();
  }
}
