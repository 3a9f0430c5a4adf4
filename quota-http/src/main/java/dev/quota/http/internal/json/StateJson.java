package dev.quota.http.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.http.internal.field.Seconds;
import dev.quota.message.LimitText;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Plan;
import dev.quota.policy.Unit;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes the state document, version 1. Its member names are a public contract. Thread-safe. */
public final class StateJson {

  private static final int VERSION = 1;
  private static final int REFRESH_AFTER_SECONDS = 60;

  private final QuotaMessages messages;

  public StateJson(QuotaMessages messages) {
    this.messages = messages;
  }

  public void write(JsonGenerator json, QuotaSnapshot states, Locale locale) throws IOException {
    json.writeStartObject();
    json.writeNumberField("version", VERSION);
    json.writeStringField("now", states.now().toString());
    json.writeNumberField("refreshAfterSeconds", REFRESH_AFTER_SECONDS);
    json.writeStringField("locale", messages.resolve(locale).toLanguageTag());
    json.writeObjectFieldStart("subject");
    json.writeStringField("kind", states.subject().kind().text());
    json.writeEndObject();
    writePlan(json, states.plan(), locale);
    json.writeObjectFieldStart("zone");
    json.writeStringField("id", states.zone().getId());
    json.writeStringField("source", states.zoneSource().text());
    json.writeEndObject();
    json.writeArrayFieldStart("quotas");
    for (QuotaState state : states.visible().quotas()) {
      writeQuota(json, states, state, locale);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writePlan(JsonGenerator json, Optional<Plan> plan, Locale locale)
      throws IOException {
    if (plan.isEmpty()) {
      json.writeNullField("plan");
      return;
    }
    json.writeObjectFieldStart("plan");
    json.writeStringField("name", plan.get().name());
    json.writeStringField("label", messages.label(plan.get(), locale));
    json.writeEndObject();
  }

  private void writeQuota(JsonGenerator json, QuotaSnapshot states, QuotaState state, Locale locale)
      throws IOException {
    LimitState primary = state.primary();
    json.writeStartObject();
    json.writeStringField("name", state.name());
    json.writeStringField("label", messages.label(state.policy(), locale));
    json.writeStringField("scope", primary.scope().text());
    json.writeBooleanField("shared", primary.shared());
    writeNumber(json, "own", state.own());
    writeUnit(json, state.policy().unit(), locale);
    json.writeStringField("level", state.level().text());
    json.writeStringField("accuracy", state.accuracy().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("cost", state.cost());
    json.writeBooleanField("allowed", state.allowed());
    json.writeArrayFieldStart("blockedBy");
    for (LimitState limit : state.blockedBy()) {
      json.writeString(limit.name());
    }
    json.writeEndArray();
    writeNumber(json, "largestFittingCost", state.largestFittingCost());
    writeInstant(json, "nextAvailableAt", state.nextAvailableAt());
    writeNumber(json, "retryAfterSeconds", Seconds.roundedUp(state.retryAfter()));
    json.writeStringField("primary", primary.name());
    json.writeStringField("binding", state.binding().name());
    LimitJson.writeNumbers(json, primary);
    LimitJson.writeThresholds(json, primary);
    writeDegraded(json, state, locale);
    writeInstant(json, "projectedExhaustionAt", state.projectedExhaustionAt());
    MessageJson.write(json, messages.message(states, state, locale));
    writeLimits(json, states, state, locale);
    json.writeEndObject();
  }

  private void writeUnit(JsonGenerator json, Unit unit, Locale locale) throws IOException {
    json.writeObjectFieldStart("unit");
    json.writeStringField("name", unit.name());
    json.writeStringField("label", messages.label(unit, locale));
    json.writeStringField("style", unit.style().text());
    if (unit.money().isPresent()) {
      json.writeStringField("currency", unit.money().get().currency().getCurrencyCode());
      json.writeNumberField("scale", unit.money().get().scale());
    }
    json.writeEndObject();
  }

  private void writeDegraded(JsonGenerator json, QuotaState state, Locale locale)
      throws IOException {
    if (!state.isDegraded()) {
      json.writeNullField("degraded");
      return;
    }
    json.writeObjectFieldStart("degraded");
    MessageJson.writeText(json, "to", state.degradedTo());
    MessageJson.writeText(json, "label", messages.degradedLabel(state.policy(), locale));
    writeInstant(json, "until", state.degradedUntil());
    json.writeEndObject();
  }

  private void writeLimits(
      JsonGenerator json, QuotaSnapshot states, QuotaState state, Locale locale)
      throws IOException {
    json.writeArrayFieldStart("limits");
    for (LimitState limit : state.limits()) {
      LimitText words = messages.limit(states, state, limit, locale);
      LimitJson.write(json, state, limit, words);
    }
    json.writeEndArray();
  }

  public static void writeInstant(JsonGenerator json, String name, Optional<Instant> instant)
      throws IOException {
    if (instant.isPresent()) {
      json.writeStringField(name, instant.get().toString());
    } else {
      json.writeNullField(name);
    }
  }

  public static void writeNumber(JsonGenerator json, String name, OptionalLong number)
      throws IOException {
    if (number.isPresent()) {
      json.writeNumberField(name, number.getAsLong());
    } else {
      json.writeNullField(name);
    }
  }
}
