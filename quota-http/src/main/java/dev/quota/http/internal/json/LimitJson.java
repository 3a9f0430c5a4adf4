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
    json.writeStringField("name", limit.name());
    json.writeStringField("kind", limit.kind().text());
    json.writeStringField("scope", limit.scope().text());
    json.writeBooleanField("shared", limit.shared());
    json.writeStringField("level", limit.level().text());
    json.writeStringField("label", words.label());
    json.writeStringField("text", words.text());
    json.writeStringField("detail", words.detail());
    MessageJson.writeText(json, "detailTemplate", words.detailTemplate());
    StateJson.writeInstant(json, "when", words.when());
    json.writeBooleanField("inPlan", state.isInPlan(limit));
    writeNumbers(json, limit);
    writeWindow(json, limit);
    StateJson.writeInstant(json, "nextAvailableAt", limit.nextAvailableAt());
    if (limit.change().isPresent()) {
      writeChange(json, limit.change().get());
    }
    json.writeEndObject();
  }

  /** Writes why the capacity is not that of the plan. The member is missing if it is. */
  private static void writeChange(JsonGenerator json, CapacityChange change) throws IOException {
    json.writeObjectFieldStart("override");
    json.writeStringField("by", change.by().text());
    StateJson.writeNumber(
        json,
        "usual",
        change.usual() instanceof Capacity.Limited limited
            ? OptionalLong.of(limited.units())
            : OptionalLong.empty());
    StateJson.writeInstant(json, "until", change.until());
    if (change.reason().isPresent()) {
      json.writeStringField("reason", change.reason().get());
    } else {
      json.writeNullField("reason");
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
    StateJson.writeNumber(json, "limit", unknown ? OptionalLong.empty() : limit.limit());
    StateJson.writeNumber(json, "granted", shown ? limit.granted() : OptionalLong.empty());
    if (limit.rollover().isPresent()) {
      StateJson.writeNumber(json, "rolledOver", shown ? limit.rolledOver() : OptionalLong.empty());
    }
    StateJson.writeNumber(json, "used", shown ? limit.used() : OptionalLong.empty());
    StateJson.writeNumber(json, "reserved", shown ? limit.reserved() : OptionalLong.empty());
    StateJson.writeNumber(json, "remaining", shown ? limit.remaining() : OptionalLong.empty());
    StateJson.writeNumber(json, "overage", shown ? limit.overage() : OptionalLong.empty());
    OptionalDouble share = limit.remainingShare();
    if (share.isPresent()) {
      json.writeNumberField(
          "remainingShare", Math.floor(share.getAsDouble() * SHARE_SCALE + 1e-6) / SHARE_SCALE);
    } else {
      json.writeNullField("remainingShare");
    }
    StateJson.writeInstant(json, "resetAt", limit.resetAt());
    StateJson.writeInstant(json, "fullAt", shown ? limit.fullAt() : Optional.empty());
  }

  /** Writes the thresholds; none if it is not known which of them are crossed. */
  public static void writeThresholds(JsonGenerator json, LimitState limit) throws IOException {
    json.writeArrayFieldStart("thresholds");
    boolean known = limit.accuracy() == Accuracy.EXACT;
    for (Threshold threshold : known ? limit.thresholds() : List.<Threshold>of()) {
      long capacity = limit.limit().orElse(1);
      long usedAt = threshold.usedAt(capacity);
      json.writeStartObject();
      json.writeNumberField(
          "usedShare",
          threshold instanceof Threshold.UsedShare share
              ? share.percent() / 100.0
              : Math.floor((double) usedAt / capacity * SHARE_SCALE) / SHARE_SCALE);
      StateJson.writeNumber(
          json,
          "remaining",
          limit.rounded() ? OptionalLong.empty() : OptionalLong.of(capacity - usedAt));
      json.writeBooleanField("crossed", limit.isCrossed(threshold));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeWindow(JsonGenerator json, LimitState limit) throws IOException {
    json.writeObjectFieldStart("window");
    Window window = limit.window();
    if (limit.isOfConversation()) {
      // The time for which stores keep it is not shown, because it does not refill while it lasts.
      json.writeStringField("kind", "conversation");
      json.writeStringField("counts", limit.countsCalls() ? "calls" : "units");
    } else if (limit.countsPermits()) {
      json.writeStringField("kind", "concurrent");
    } else if (window instanceof Window.Rolling rolling) {
      json.writeStringField("kind", "rolling");
      json.writeStringField("period", rolling.period().toString());
    } else if (window instanceof Window.Sliding sliding) {
      json.writeStringField("kind", "sliding");
      json.writeStringField("period", sliding.period().toString());
    } else if (window instanceof Window.Session session) {
      json.writeStringField("kind", "session");
      json.writeStringField("period", session.period().toString());
      StateJson.writeInstant(json, "startsAt", limit.startsAt());
    } else if (window instanceof Window.Calendar calendar) {
      json.writeStringField("kind", "calendar");
      json.writeStringField("unit", calendar.unit().name().toLowerCase(Locale.ROOT));
      json.writeStringField("zone", calendar.zone().getId());
      StateJson.writeInstant(json, "startsAt", limit.startsAt());
      if (calendar.unit() == CalendarUnit.WEEK) {
        json.writeStringField("weekStart", calendar.weekStart().name().toLowerCase(Locale.ROOT));
      }
      if (calendar.unit() == CalendarUnit.CYCLE) {
        json.writeNumberField("billingDay", calendar.billingDay());
      }
      if (!calendar.dayStart().equals(LocalTime.MIDNIGHT)) {
        json.writeStringField("dayStart", calendar.dayStart().toString());
      }
      if (limit.rollover().isPresent()) {
        json.writeNumberField("rolloverShare", limit.rollover().get().percent() / 100.0);
      }
    }
    json.writeEndObject();
  }
}
