package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.ZoneSource;
import dev.quota.policy.Window;
import java.time.Instant;
import java.util.Optional;

/**
 * The times in texts about one limit: the moment to wait for, and when the limit will be used up.
 * It remembers the position of the moment in a text. Not thread-safe.
 */
final class LimitTimes {

  private static final int NOT_SAID = -1;

  private final Language language;
  private final QuotaSnapshot snapshot;
  private final QuotaState state;
  private final LimitState limit;
  private final Optional<Instant> when;
  private Optional<TimeWords> time = Optional.empty();
  private int whenStart = NOT_SAID;
  private int whenEnd = NOT_SAID;
  private int whenCount;

  /**
   * Creates the times of one limit.
   *
   * @param when the moment to wait for, if there is one
   */
  LimitTimes(
      Language language,
      QuotaSnapshot snapshot,
      QuotaState state,
      LimitState limit,
      Optional<Instant> when) {
    this.language = language;
    this.snapshot = snapshot;
    this.state = state;
    this.limit = limit;
    this.when = when;
  }

  /** Starts a new text. */
  void start() {
    whenCount = 0;
  }

  /** Returns whether there is a moment to wait for. */
  boolean isKnown() {
    return when.isPresent();
  }

  /** Returns whether the text since {@link #start} has the moment. */
  boolean saidWhen() {
    return whenCount > 0 && when.isPresent();
  }

  /** Returns the text with {@code {when}} instead of the moment. Changes the argument. */
  Optional<String> template(StringBuilder rendered) {
    // A brace in a label could be confused with the placeholder.
    if (whenCount != 1
        || when.isEmpty()
        || hasBrace(rendered, 0, whenStart)
        || hasBrace(rendered, whenEnd, rendered.length())) {
      return Optional.empty();
    }
    return Optional.of(rendered.replace(whenStart, whenEnd, "{when}").toString());
  }

  private static boolean hasBrace(StringBuilder text, int from, int to) {
    int at = text.indexOf("{", from);
    return at >= 0 && at < to;
  }

  /** Appends the moment as a time and a wait, or that it is now. */
  void when(Arguments words, StringBuilder out) {
    whenStart = out.length();
    if (time().isEmpty()) {
      language.template("time.now").render(words, out);
    } else if (isFixed()) {
      time().get().render("time.at_in", out);
    } else {
      time().get().render(time().get().isUnderOneMinute() ? "time.in" : "time.in_at", out);
    }
    whenEnd = out.length();
    whenCount++;
  }

  /** Appends the wait; nothing if there is no moment. */
  void in(StringBuilder out) {
    time().ifPresent(it -> it.render("time.in", out));
  }

  /** Appends until when, or for how long if the person's zone is not known. */
  void until(StringBuilder out) {
    time().ifPresent(it -> it.render(isClockTold(it) ? "time.until" : "time.for", out));
  }

  private boolean isClockTold(TimeWords at) {
    return isZoneTheirs() && (isFixed() || !at.isUnderOneMinute());
  }

  /** Appends for how long a session lasts; nothing for other windows. */
  void lasting(StringBuilder out) {
    if (limit.window() instanceof Window.Session session) {
      time(state.now().plus(session.period())).render("time.for", out);
    }
  }

  /** Appends the estimate until when the limit will last. */
  void about(StringBuilder out) {
    String key = isZoneTheirs() ? "time.about" : "time.about_for";
    projected().ifPresent(at -> time(at).render(key, out));
  }

  /** Returns when the limit will be used up; empty if nothing is estimated for this limit. */
  Optional<Instant> projected() {
    return limit.name().equals(state.primary().name())
        ? state.projectedExhaustionAt()
        : Optional.empty();
  }

  private Optional<TimeWords> time() {
    if (time.isEmpty() && when.isPresent()) {
      time = Optional.of(time(when.get()));
    }
    return time;
  }

  private TimeWords time(Instant at) {
    return new TimeWords(language, state.now(), at, snapshot.zone(), !isZoneTheirs());
  }

  private boolean isZoneTheirs() {
    return snapshot.zoneSource() == ZoneSource.SUBJECT;
  }

  private boolean isFixed() {
    return limit.window() instanceof Window.Fixed;
  }
}
