package dev.quota.http.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.CapacityChange;
import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.message.LimitText;
import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Threshold;
import dev.quota.policy.Window;
import dev.quota.store.Accuracy;
import java.io.IOException;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Writes the members that a quota and each of its limits share. */
public final class LimitJson {

  /** Shares have at most four decimals, rounded down. */
  private static final double SHARE_SCALE = 10_000;

  private LimitJson() {}

  public static void write(JsonGenerator json, QuotaState state, LimitState limit, LimitText words)
      throws IOException {
    json.writeStartObject();
    Member.NAME.text(json, limit.name());
    Member.KIND.text(json, limit.kind().text());
    Member.SCOPE.text(json, limit.scope().text());
    Member.SHARED.flag(json, limit.shared());
    Member.LEVEL.text(json, limit.level().text());
    Member.LABEL.text(json, words.label());
    Member.TEXT.text(json, words.text());
    Member.DETAIL.text(json, words.detail());
    Member.DETAIL_TEMPLATE.text(json, words.detailTemplate());
    Member.WHEN.instant(json, words.when());
    Member.IN_PLAN.flag(json, state.isInPlan(limit));
    writeNumbers(json, limit);
    writeWindow(json, limit);
    Member.NEXT_AVAILABLE_AT.instant(json, limit.nextAvailableAt());
    if (limit.change().isPresent()) {
      writeChange(json, limit.change().get());
    }
    json.writeEndObject();
  }

  /** Writes why the capacity is not that of the plan. The member is missing if it is. */
  private static void writeChange(JsonGenerator json, CapacityChange change) throws IOException {
    Member.OVERRIDE.object(json);
    Member.BY.text(json, change.by().text());
    Member.USUAL.number(
        json,
        change.usual() instanceof Capacity.Limited limited
            ? OptionalLong.of(limited.units())
            : OptionalLong.empty());
    Member.UNTIL.instant(json, change.until());
    if (change.reason().isPresent()) {
      Member.REASON.text(json, change.reason().get());
    } else {
      Member.REASON.none(json);
    }
    json.writeEndObject();
  }

  /**
   * Writes the limit, what is used, reserved and left of it, and when it is full again. Numbers
   * that are not known or would reveal the use of others are null.
   */
  public static void writeNumbers(JsonGenerator json, LimitState limit) throws IOException {
    boolean shown = !limit.rounded();
    boolean unknown = limit.accuracy() == Accuracy.UNKNOWN;
    Member.LIMIT.number(json, unknown ? OptionalLong.empty() : limit.limit());
    Member.GRANTED.number(json, shown ? limit.granted() : OptionalLong.empty());
    if (limit.rollover().isPresent()) {
      Member.ROLLED_OVER.number(json, shown ? limit.rolledOver() : OptionalLong.empty());
    }
    Member.USED.number(json, shown ? limit.used() : OptionalLong.empty());
    Member.RESERVED.number(json, shown ? limit.reserved() : OptionalLong.empty());
    Member.REMAINING.number(json, shown ? limit.remaining() : OptionalLong.empty());
    Member.OVERAGE.number(json, shown ? limit.overage() : OptionalLong.empty());
    OptionalDouble share = limit.remainingShare();
    if (share.isPresent()) {
      Member.REMAINING_SHARE.number(
          json, Math.floor(share.getAsDouble() * SHARE_SCALE + 1e-6) / SHARE_SCALE);
    } else {
      Member.REMAINING_SHARE.none(json);
    }
    Member.RESET_AT.instant(json, limit.resetAt());
    Member.FULL_AT.instant(json, shown ? limit.fullAt() : Optional.empty());
  }

  /** Writes the thresholds; none if it is not known which of them are crossed. */
  public static void writeThresholds(JsonGenerator json, LimitState limit) throws IOException {
    Member.THRESHOLDS.array(json);
    boolean known = limit.accuracy() == Accuracy.EXACT;
    for (Threshold threshold : known ? limit.thresholds() : List.<Threshold>of()) {
      long capacity = limit.limit().orElse(1);
      long usedAt = threshold.usedAt(capacity);
      json.writeStartObject();
      Member.USED_SHARE.number(
          json,
          threshold instanceof Threshold.UsedShare share
              ? share.percent() / 100.0
              : Math.floor((double) usedAt / capacity * SHARE_SCALE) / SHARE_SCALE);
      Member.REMAINING.number(
          json, limit.rounded() ? OptionalLong.empty() : OptionalLong.of(capacity - usedAt));
      Member.CROSSED.flag(json, limit.isCrossed(threshold));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeWindow(JsonGenerator json, LimitState limit) throws IOException {
    Member.WINDOW.object(json);
    Window window = limit.window();
    if (limit.isOfConversation()) {
      // The time for which stores keep it is not shown, because it does not refill while it lasts.
      Member.KIND.text(json, "conversation");
      Member.COUNTS.text(json, limit.countsCalls() ? "calls" : "units");
    } else if (limit.countsPermits()) {
      Member.KIND.text(json, "concurrent");
    } else if (window instanceof Window.Rolling rolling) {
      Member.KIND.text(json, "rolling");
      Member.PERIOD.text(json, rolling.period().toString());
    } else if (window instanceof Window.Sliding sliding) {
      Member.KIND.text(json, "sliding");
      Member.PERIOD.text(json, sliding.period().toString());
    } else if (window instanceof Window.Session session) {
      Member.KIND.text(json, "session");
      Member.PERIOD.text(json, session.period().toString());
      Member.STARTS_AT.instant(json, limit.startsAt());
    } else if (window instanceof Window.Calendar calendar) {
      writeCalendar(json, limit, calendar);
    }
    json.writeEndObject();
  }

  private static void writeCalendar(JsonGenerator json, LimitState limit, Window.Calendar calendar)
      throws IOException {
    Member.KIND.text(json, "calendar");
    Member.UNIT.text(json, calendar.unit().name().toLowerCase(Locale.ROOT));
    Member.ZONE.text(json, calendar.zone().getId());
    Member.STARTS_AT.instant(json, limit.startsAt());
    if (calendar.unit() == CalendarUnit.WEEK) {
      Member.WEEK_START.text(json, calendar.weekStart().name().toLowerCase(Locale.ROOT));
    }
    if (calendar.unit() == CalendarUnit.CYCLE) {
      Member.BILLING_DAY.number(json, calendar.billingDay());
    }
    if (!calendar.dayStart().equals(LocalTime.MIDNIGHT)) {
      Member.DAY_START.text(json, calendar.dayStart().toString());
    }
    if (limit.rollover().isPresent()) {
      Member.ROLLOVER_SHARE.number(json, limit.rollover().get().percent() / 100.0);
    }
  }
}
