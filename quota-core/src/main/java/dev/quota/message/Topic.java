package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.policy.Threshold;
import dev.quota.policy.WhenExhausted;
import dev.quota.policy.Window;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The topic of the message about a state. Immutable.
 *
 * @param code the kind of the message
 * @param limit the limit that it is about
 * @param when the moment to wait for; empty if there is none, or if it would reveal the use of a
 *     rounded limit
 */
record Topic(MessageCode code, LimitState limit, Optional<Instant> when) {

  static Topic of(QuotaState state) {
    LimitState limit = state.binding();
    boolean approximate = state.accuracy() == Accuracy.APPROXIMATE;
    return switch (state.level()) {
      case UNKNOWN -> new Topic(MessageCode.UNAVAILABLE, limit, Optional.empty());
      case UNLIMITED -> new Topic(MessageCode.UNLIMITED, limit, Optional.empty());
      case DEGRADED -> new Topic(MessageCode.DEGRADED, limit, state.degradedUntil());
      case EXHAUSTED -> refused(state, limit);
      case WARNING -> calm(MessageCode.WARNING, crossed(state, limit));
      case OK -> approximate ? approximate(limit) : calm(MessageCode.OK, limit);
    };
  }

  private static Topic approximate(LimitState limit) {
    return new Topic(MessageCode.APPROXIMATE, limit, Optional.empty());
  }

  private static Topic calm(MessageCode code, LimitState limit) {
    return new Topic(code, limit, fullAgain(limit));
  }

  /** Returns when a limit is full again, unless that would reveal its use. */
  static Optional<Instant> fullAgain(LimitState limit) {
    if (limit.limit().isEmpty()) {
      return Optional.empty();
    }
    if (limit.window() instanceof Window.Fixed) {
      return limit.resetAt();
    }
    // The moment at which a rolling or sliding limit is full would reveal its exact use.
    return limit.rounded() ? Optional.empty() : limit.fullAt();
  }

  private static Topic refused(QuotaState state, LimitState limit) {
    if (limit.availability() instanceof Availability.Never) {
      boolean closed = limit.limit().orElse(1) == 0;
      return new Topic(
          closed ? MessageCode.NOT_IN_PLAN : MessageCode.NEVER_FITS, limit, Optional.empty());
    }
    if (limit.countsPermits()) {
      return new Topic(
          limit.shared()
              ? MessageCode.EXHAUSTED_CONCURRENT_SHARED
              : MessageCode.EXHAUSTED_CONCURRENT,
          limit,
          Optional.empty());
    }
    if (state.isInGrace()) {
      return new Topic(MessageCode.GRACE, limit, limit.nextAvailableAt());
    }
    return new Topic(shortCode(state, limit), limit, limit.nextAvailableAt());
  }

  /** Returns the topic for an answer that was stopped at the limit. */
  static Topic cut(QuotaState state) {
    LimitState limit = state.binding();
    return new Topic(MessageCode.CUT, limit, limit.nextAvailableAt().or(() -> fullAgain(limit)));
  }

  private static MessageCode shortCode(QuotaState state, LimitState limit) {
    boolean rolling = limit.window() instanceof Window.Moving;
    if (limit.accuracy() != Accuracy.EXACT) {
      return rolling
          ? MessageCode.EXHAUSTED_ROLLING_APPROXIMATE
          : MessageCode.EXHAUSTED_CALENDAR_APPROXIMATE;
    }
    if (limit.countsCalls()) {
      return MessageCode.EXHAUSTED_CONVERSATION;
    }
    if (isNotEnough(state, limit)) {
      return rolling ? MessageCode.NOT_ENOUGH_ROLLING : MessageCode.NOT_ENOUGH_CALENDAR;
    }
    if (limit.isOfConversation()) {
      return MessageCode.EXHAUSTED_CONVERSATION;
    }
    if (limit.shared()) {
      return rolling ? MessageCode.EXHAUSTED_ROLLING_SHARED : MessageCode.EXHAUSTED_CALENDAR_SHARED;
    }
    return rolling ? MessageCode.EXHAUSTED_ROLLING : MessageCode.EXHAUSTED_CALENDAR;
  }

  /** Returns whether something is left, but less than the cost. */
  static boolean isNotEnough(QuotaState state, LimitState limit) {
    return limit.remaining().orElse(0) > 0 && limit.remaining().orElse(0) < state.cost();
  }

  /** Returns whether a limit that is only observed is used up. */
  static boolean isPastLimit(QuotaState state, LimitState limit) {
    return state.policy().whenExhausted() == WhenExhausted.OBSERVE
        && limit.isShort()
        && limit.remaining().orElse(1) == 0;
  }

  /**
   * Returns the limit that a warning is about: the binding one, unless only others crossed a
   * threshold.
   */
  private static LimitState crossed(QuotaState state, LimitState binding) {
    if (binding.isShort() || binding.highestCrossed().isPresent()) {
      return binding;
    }
    LimitState tightest = binding;
    double least = Double.MAX_VALUE;
    for (LimitState limit : state.limits()) {
      double share = limit.remainingShare().orElse(1);
      if (limit.highestCrossed().isPresent() && share < least) {
        least = share;
        tightest = limit;
      }
    }
    return tightest;
  }

  /** Returns the id of one threshold in one window, such as chat.daily/2026-11-23/80. */
  String id(QuotaState state, ZoneId zone) {
    StringBuilder id = new StringBuilder(48).append(state.name()).append('.').append(limit.name());
    Optional<Threshold> threshold =
        code == MessageCode.WARNING ? limit.highestCrossed() : Optional.empty();
    id.append('/').append(windowPart(state, threshold, zone)).append('/');
    return id.append(threshold.map(Threshold::id).orElse(code.idPart())).toString();
  }

  private String windowPart(QuotaState state, Optional<Threshold> threshold, ZoneId zone) {
    if (limit.window() instanceof Window.Moving moving
        && code.isShort()
        && limit.fullAt().isPresent()) {
      return FillUp.of(moving, limit, threshold).id(limit.fullAt().get(), zone);
    }
    if (limit.window() instanceof Window.Session) {
      // A session is named by its start.
      return limit
          .startsAt()
          .map(start -> start.atZone(zone).toLocalDateTime().truncatedTo(ChronoUnit.SECONDS))
          .map(LocalDateTime::toString)
          .orElse("session");
    }
    if (!(limit.window() instanceof Window.Calendar calendar)) {
      return "rolling";
    }
    Instant end = limit.resetAt().orElseGet(() -> calendar.endAfter(state.now()));
    LocalDate start = calendar.startDateOfWindowEnding(end);
    return start.toString();
  }
}
