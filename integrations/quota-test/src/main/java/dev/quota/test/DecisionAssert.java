package dev.quota.test;

import dev.quota.Decision;
import dev.quota.Level;
import dev.quota.QuotaState;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Plan;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a {@link Decision}. Assertions on numbers, level and code use the quota that {@link
 * dev.quota.QuotaSnapshot#binding} returns. Not thread-safe.
 */
public final class DecisionAssert extends AbstractAssert<DecisionAssert, Decision> {

  private static final QuotaMessages MESSAGES = QuotaMessages.create();

  DecisionAssert(@Nullable Decision actual) {
    super(actual, DecisionAssert.class);
  }

  /**
   * Verifies that the work may start, also in a reduced form.
   *
   * @return this
   */
  public DecisionAssert isAllowed() {
    return isA(Decision.Allowed.class, "allowed");
  }

  /**
   * Verifies that the work may start in its reduced form only.
   *
   * @return this
   */
  public DecisionAssert isDegraded() {
    isAllowed();
    return check(((Decision.Allowed) actual).isDegraded(), "degraded");
  }

  /**
   * Verifies that the work may start, and not in a reduced form.
   *
   * @return this
   */
  public DecisionAssert isNotDegraded() {
    isAllowed();
    return check(!((Decision.Allowed) actual).isDegraded(), "not degraded");
  }

  /**
   * Verifies that the charge had been made before, under the same idempotency key.
   *
   * @return this
   */
  public DecisionAssert isRepetition() {
    isAllowed();
    return check(((Decision.Allowed) actual).isRepetition(), "a repetition");
  }

  /**
   * Verifies that the work may not start, for whatever reason.
   *
   * @return this
   */
  public DecisionAssert isRefused() {
    isNotNull();
    return check(!actual.isAllowed(), "refused");
  }

  /**
   * Verifies that the charge does not fit now but will fit later.
   *
   * @return this
   */
  public DecisionAssert isDenied() {
    return isA(Decision.Denied.class, "denied");
  }

  /**
   * Verifies that waiting cannot help.
   *
   * @param reason why not
   * @return this
   */
  public DecisionAssert neverFits(Decision.NeverFits.Reason reason) {
    isA(Decision.NeverFits.class, "never to fit, " + reason);
    return check(((Decision.NeverFits) actual).reason() == reason, "never to fit, " + reason);
  }

  /**
   * Verifies that the store did not answer, and the policy refused.
   *
   * @return this
   */
  public DecisionAssert isUnavailable() {
    return isA(Decision.Unavailable.class, "unavailable");
  }

  /**
   * Verifies the wait of a refusal.
   *
   * @param wait to the millisecond
   * @return this
   */
  public DecisionAssert retriesAfter(Duration wait) {
    isNotNull();
    Optional<Duration> said = Optional.empty();
    if (actual instanceof Decision.Denied denied) {
      said = Optional.of(denied.retryAfter());
    } else if (actual instanceof Decision.Unavailable unavailable) {
      said = Optional.of(unavailable.retryAfter());
    }
    return check(said.equals(Optional.of(wait)), "to be retried after " + wait);
  }

  /**
   * Verifies the remaining units of the meter.
   *
   * @param units the remaining units of the primary limit
   * @return this
   */
  public DecisionAssert hasRemaining(long units) {
    state().hasRemaining(units);
    return this;
  }

  /**
   * Verifies the used units of the meter.
   *
   * @param units the used units of the primary limit
   * @return this
   */
  public DecisionAssert hasUsed(long units) {
    state().hasUsed(units);
    return this;
  }

  /**
   * Verifies the level.
   *
   * @param level the level
   * @return this
   */
  public DecisionAssert hasLevel(Level level) {
    state().hasLevel(level);
    return this;
  }

  /**
   * Verifies the code of the message.
   *
   * @param code such as {@code quota.exhausted.calendar}
   * @return this
   */
  public DecisionAssert hasCode(String code) {
    state().hasCode(code);
    return this;
  }

  /**
   * Verifies the plan that decided.
   *
   * @param plan the plan's name
   * @return this
   */
  public DecisionAssert isOnPlan(String plan) {
    isNotNull();
    Optional<String> actualPlan = actual.states().plan().map(Plan::name);
    return check(actualPlan.equals(Optional.of(plan)), "on plan " + plan);
  }

  /**
   * Verifies the sentence of a refusal for a person, with the texts of the library.
   *
   * @param language the language wanted
   * @param sentence the whole detail
   * @return this
   */
  public DecisionAssert says(Locale language, String sentence) {
    isRefused();
    String said = MESSAGES.refusal(actual, language).detail();
    if (!said.equals(sentence)) {
      throw failureWithActualExpected(
          said,
          sentence,
          "Expected to say, in %s:%n  %s%nbut says:%n  %s%n%s",
          language.toLanguageTag(),
          sentence,
          said,
          Described.decision(actual));
    }
    return this;
  }

  /**
   * Returns assertions on one of the quotas.
   *
   * @param name a quota that was asked
   * @return assertions on its state
   */
  public QuotaStateAssert quota(String name) {
    isNotNull();
    return new QuotaSnapshotAssert(actual.states()).quota(name);
  }

  private QuotaStateAssert state() {
    isNotNull();
    QuotaState state = actual.states().binding();
    return new QuotaStateAssert(state, () -> Described.decision(actual));
  }

  private DecisionAssert isA(Class<? extends Decision> kind, String expected) {
    isNotNull();
    return check(kind.isInstance(actual), expected);
  }

  private DecisionAssert check(boolean holds, String expected) {
    if (!holds) {
      throw failure(
          "Expected the decision to be %s, but it is: %s%n%s",
          expected,
          Described.kind(actual),
          Described.snapshot(Objects.requireNonNull(actual).states()));
    }
    return this;
  }
}
