package dev.quota.test;

import dev.quota.Level;
import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.message.QuotaMessages;
import dev.quota.store.Accuracy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a {@link QuotaState}. Numbers are those of the meter, the primary limit, until
 * {@link #limit} chooses another. Not thread-safe.
 */
public final class QuotaStateAssert extends AbstractAssert<QuotaStateAssert, QuotaState> {

  private final Supplier<String> description;
  private @Nullable LimitState limit;

  QuotaStateAssert(@Nullable QuotaState actual) {
    this(actual, () -> actual == null ? "" : Described.state(actual));
  }

  QuotaStateAssert(@Nullable QuotaState actual, Supplier<String> description) {
    super(actual, QuotaStateAssert.class);
    this.description = description;
  }

  /**
   * Chooses the limit that numbers are about from here on.
   *
   * @param name a limit of this quota
   * @return this
   */
  public QuotaStateAssert limit(String name) {
    isNotNull();
    for (LimitState candidate : actual.limits()) {
      if (candidate.name().equals(name)) {
        limit = candidate;
        return this;
      }
    }
    return fail("limit", name, actual.limits().stream().map(LimitState::name).toList());
  }

  /**
   * Verifies what is left.
   *
   * @param units the remaining units
   * @return this
   */
  public QuotaStateAssert hasRemaining(long units) {
    return hasNumber("remaining", units, chosen().remaining());
  }

  /**
   * Verifies what is used.
   *
   * @param units the used units, without what is reserved
   * @return this
   */
  public QuotaStateAssert hasUsed(long units) {
    return hasNumber("used", units, chosen().used());
  }

  /**
   * Verifies what running work has reserved.
   *
   * @param units the reserved units
   * @return this
   */
  public QuotaStateAssert hasReserved(long units) {
    return hasNumber("reserved", units, chosen().reserved());
  }

  /**
   * Verifies how much fits into the window.
   *
   * @param units the capacity, and what was granted on top
   * @return this
   */
  public QuotaStateAssert hasLimit(long units) {
    return hasNumber("limit", units, chosen().limit());
  }

  /**
   * Verifies when the calendar window ends.
   *
   * @param moment the end
   * @return this
   */
  public QuotaStateAssert resetsAt(Instant moment) {
    Optional<Instant> end = chosen().resetAt();
    return end.equals(Optional.of(moment))
        ? this
        : fail("reset", moment, end.<Object>map(at -> at).orElse("(none)"));
  }

  /**
   * Verifies the level of the quota.
   *
   * @param level the level
   * @return this
   */
  public QuotaStateAssert hasLevel(Level level) {
    isNotNull();
    return actual.level() == level ? this : fail("level", level, actual.level());
  }

  /**
   * Verifies how far the numbers can be trusted.
   *
   * @param accuracy the accuracy
   * @return this
   */
  public QuotaStateAssert hasAccuracy(Accuracy accuracy) {
    isNotNull();
    return actual.accuracy() == accuracy ? this : fail("accuracy", accuracy, actual.accuracy());
  }

  /**
   * Verifies the code of the message about the quota.
   *
   * @param code such as {@code quota.warning}
   * @return this
   */
  public QuotaStateAssert hasCode(String code) {
    isNotNull();
    String said = QuotaMessages.code(actual);
    return said.equals(code) ? this : fail("code", code, said);
  }

  /**
   * Verifies which limits have no room for the state's cost.
   *
   * @param names the names of all of them, in any order; none if there is room
   * @return this
   */
  public QuotaStateAssert isBlockedBy(String... names) {
    isNotNull();
    List<String> blocking = actual.blockedBy().stream().map(LimitState::name).sorted().toList();
    List<String> expected = List.of(names).stream().sorted().toList();
    return blocking.equals(expected) ? this : fail("blocked by", expected, blocking);
  }

  private LimitState chosen() {
    isNotNull();
    LimitState named = limit;
    return named == null ? actual.primary() : named;
  }

  private QuotaStateAssert hasNumber(String what, long expected, OptionalLong number) {
    if (number.isPresent() && number.getAsLong() == expected) {
      return this;
    }
    String said = number.isPresent() ? Long.toString(number.getAsLong()) : "not known or unlimited";
    return fail(chosen().qualifiedName() + " " + what, expected, said);
  }

  private QuotaStateAssert fail(String what, Object expected, Object said) {
    throw failureWithActualExpected(
        said,
        expected,
        "Expected %s: %s%nbut was: %s%n%s",
        what,
        expected,
        said,
        description.get());
  }
}
