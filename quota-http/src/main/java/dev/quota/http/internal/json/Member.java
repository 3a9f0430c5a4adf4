package dev.quota.http.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The members of the state document. Their names are a public contract. They are encoded once,
 * because a third of a document is names.
 */
@SuppressWarnings("ImmutableEnumChecker") // an encoded name never changes
enum Member {
  ACCURACY("accuracy"),
  ACTIONS("actions"),
  ALLOWED("allowed"),
  BILLING_DAY("billingDay"),
  BINDING("binding"),
  BLOCKED_BY("blockedBy"),
  BY("by"),
  CODE("code"),
  COST("cost"),
  COUNTS("counts"),
  CROSSED("crossed"),
  CURRENCY("currency"),
  DAY_START("dayStart"),
  DEGRADED("degraded"),
  DETAIL("detail"),
  DETAIL_TEMPLATE("detailTemplate"),
  DIR("dir"),
  FULL_AT("fullAt"),
  GIVES("gives"),
  GRANTED("granted"),
  HREF("href"),
  ID("id"),
  IN_PLAN("inPlan"),
  KIND("kind"),
  LABEL("label"),
  LARGEST_FITTING_COST("largestFittingCost"),
  LEVEL("level"),
  LIMIT("limit"),
  LIMITS("limits"),
  LOCALE("locale"),
  MESSAGE("message"),
  NAME("name"),
  NEXT_AVAILABLE_AT("nextAvailableAt"),
  NOW("now"),
  OVERAGE("overage"),
  OVERRIDE("override"),
  OWN("own"),
  PERIOD("period"),
  PLAN("plan"),
  PRIMARY("primary"),
  PROJECTED_EXHAUSTION_AT("projectedExhaustionAt"),
  QUOTAS("quotas"),
  REASON("reason"),
  REFRESH_AFTER_SECONDS("refreshAfterSeconds"),
  REL("rel"),
  REMAINING("remaining"),
  REMAINING_SHARE("remainingShare"),
  RESERVED("reserved"),
  RESET_AT("resetAt"),
  RETRY_AFTER_SECONDS("retryAfterSeconds"),
  ROLLED_OVER("rolledOver"),
  ROLLOVER_SHARE("rolloverShare"),
  SCALE("scale"),
  SCOPE("scope"),
  SEVERITY("severity"),
  SHARED("shared"),
  SOURCE("source"),
  STARTS_AT("startsAt"),
  STYLE("style"),
  SUBJECT("subject"),
  TEXT("text"),
  THRESHOLDS("thresholds"),
  TITLE("title"),
  TO("to"),
  UNIT("unit"),
  UNTIL("until"),
  USED("used"),
  USED_SHARE("usedShare"),
  USUAL("usual"),
  VERSION("version"),
  WEEK_START("weekStart"),
  WHEN("when"),
  WINDOW("window"),
  ZONE("zone");

  private final SerializableString name;

  Member(String name) {
    this.name = new SerializedString(name);
  }

  void text(JsonGenerator json, String value) throws IOException {
    json.writeFieldName(name);
    json.writeString(value);
  }

  /** Writes a text; null if there is none. */
  void text(JsonGenerator json, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      text(json, value.get());
    } else {
      none(json);
    }
  }

  void number(JsonGenerator json, long value) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(value);
  }

  void number(JsonGenerator json, double value) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(value);
  }

  /** Writes a number; null if there is none. */
  void number(JsonGenerator json, OptionalLong value) throws IOException {
    if (value.isPresent()) {
      number(json, value.getAsLong());
    } else {
      none(json);
    }
  }

  void flag(JsonGenerator json, boolean value) throws IOException {
    json.writeFieldName(name);
    json.writeBoolean(value);
  }

  void instant(JsonGenerator json, Instant value) throws IOException {
    text(json, InstantText.of(value));
  }

  /** Writes a moment; null if there is none. */
  void instant(JsonGenerator json, Optional<Instant> value) throws IOException {
    if (value.isPresent()) {
      instant(json, value.get());
    } else {
      none(json);
    }
  }

  void none(JsonGenerator json) throws IOException {
    json.writeFieldName(name);
    json.writeNull();
  }

  void object(JsonGenerator json) throws IOException {
    json.writeFieldName(name);
    json.writeStartObject();
  }

  void array(JsonGenerator json) throws IOException {
    json.writeFieldName(name);
    json.writeStartArray();
  }
}
