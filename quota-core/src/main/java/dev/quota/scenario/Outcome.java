package dev.quota.scenario;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.message.QuotaMessages;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The outcome of a step, as texts for scenarios.
 *
 * @param states the states afterwards
 * @param decision the decision; empty if nothing was charged
 */
record Outcome(QuotaSnapshot states, Optional<Decision> decision, Set<String> shadowRefused) {

  private static final QuotaMessages MESSAGES = QuotaMessages.create();
  static final String NONE = "none";

  /** Returns the state of a quota; of the binding one if none is given. */
  QuotaState state(Optional<String> quota) {
    if (quota.isEmpty()) {
      return states.binding();
    }
    return states
        .quota(quota.get())
        .orElseThrow(() -> new IllegalArgumentException("the step has no quota " + quota.get()));
  }

  /** Returns the outcome for one quota as if its limits in shadow mode were enforced. */
  Outcome shadow(Optional<String> quota) {
    QuotaState shadow =
        shadowed(quota)
            .shadow()
            .orElseThrow(
                () -> new IllegalArgumentException("no limit of the quota is in shadow mode"));
    QuotaSnapshot one =
        new QuotaSnapshot(
            states.now(),
            states.subject(),
            states.plan(),
            states.zone(),
            states.zoneSource(),
            List.of(shadow));
    return new Outcome(one, Optional.empty(), Set.of());
  }

  private QuotaState shadowed(Optional<String> quota) {
    return quota.isPresent()
        ? state(quota)
        : states.quotas().stream()
            .filter(state -> state.shadow().isPresent())
            .findFirst()
            .orElseGet(states::binding);
  }

  /** Returns the result for one quota as if its limits in shadow mode were enforced. */
  String shadowResult(Optional<String> quota) {
    Outcome shadow = shadow(quota);
    boolean allowed =
        decision.isPresent()
            && decision.get().isAllowed()
            && !shadowRefused.contains(shadowed(quota).name());
    // The state after a charge that had room is about the next one.
    return allowed ? "allowed" : shadow.result();
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
