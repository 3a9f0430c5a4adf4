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
import java.util.Locale;
import java.util.Optional;

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
    Member.VERSION.number(json, VERSION);
    Member.NOW.instant(json, states.now());
    Member.REFRESH_AFTER_SECONDS.number(json, REFRESH_AFTER_SECONDS);
    Member.LOCALE.text(json, messages.resolve(locale).toLanguageTag());
    Member.SUBJECT.object(json);
    Member.KIND.text(json, states.subject().kind().text());
    json.writeEndObject();
    writePlan(json, states.plan(), locale);
    Member.ZONE.object(json);
    Member.ID.text(json, states.zone().getId());
    Member.SOURCE.text(json, states.zoneSource().text());
    json.writeEndObject();
    Member.QUOTAS.array(json);
    for (QuotaState state : states.visible().quotas()) {
      writeQuota(json, states, state, locale);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writePlan(JsonGenerator json, Optional<Plan> plan, Locale locale)
      throws IOException {
    if (plan.isEmpty()) {
      Member.PLAN.none(json);
      return;
    }
    Member.PLAN.object(json);
    Member.NAME.text(json, plan.get().name());
    Member.LABEL.text(json, messages.label(plan.get(), locale));
    json.writeEndObject();
  }

  private void writeQuota(JsonGenerator json, QuotaSnapshot states, QuotaState state, Locale locale)
      throws IOException {
    json.writeStartObject();
    writeHead(json, state, locale);
    writeAnswer(json, state);
    LimitState primary = state.primary();
    Member.PRIMARY.text(json, primary.name());
    Member.BINDING.text(json, state.binding().name());
    LimitJson.writeNumbers(json, primary);
    LimitJson.writeThresholds(json, primary);
    writeDegraded(json, state, locale);
    Member.PROJECTED_EXHAUSTION_AT.instant(json, state.projectedExhaustionAt());
    MessageJson.write(json, messages.message(states, state, locale));
    writeLimits(json, states, state, locale);
    json.writeEndObject();
  }

  /** Writes what the quota is and whom it is of. */
  private void writeHead(JsonGenerator json, QuotaState state, Locale locale) throws IOException {
    LimitState primary = state.primary();
    Member.NAME.text(json, state.name());
    Member.LABEL.text(json, messages.label(state.policy(), locale));
    Member.SCOPE.text(json, primary.scope().text());
    Member.SHARED.flag(json, primary.shared());
    Member.OWN.number(json, state.own());
    writeUnit(json, state.policy().unit(), locale);
  }

  /** Writes whether the cost is allowed, and when if it is not. */
  private static void writeAnswer(JsonGenerator json, QuotaState state) throws IOException {
    Member.LEVEL.text(json, state.level().text());
    Member.ACCURACY.text(json, state.accuracy().name().toLowerCase(Locale.ROOT));
    Member.COST.number(json, state.cost());
    Member.ALLOWED.flag(json, state.allowed());
    Member.BLOCKED_BY.array(json);
    for (LimitState limit : state.blockedBy()) {
      json.writeString(limit.name());
    }
    json.writeEndArray();
    Member.LARGEST_FITTING_COST.number(json, state.largestFittingCost());
    Member.NEXT_AVAILABLE_AT.instant(json, state.nextAvailableAt());
    Member.RETRY_AFTER_SECONDS.number(json, Seconds.roundedUp(state.retryAfter()));
  }

  private void writeUnit(JsonGenerator json, Unit unit, Locale locale) throws IOException {
    Member.UNIT.object(json);
    Member.NAME.text(json, unit.name());
    Member.LABEL.text(json, messages.label(unit, locale));
    Member.STYLE.text(json, unit.style().text());
    if (unit.money().isPresent()) {
      Member.CURRENCY.text(json, unit.money().get().currency().getCurrencyCode());
      Member.SCALE.number(json, unit.money().get().scale());
    }
    json.writeEndObject();
  }

  private void writeDegraded(JsonGenerator json, QuotaState state, Locale locale)
      throws IOException {
    if (!state.isDegraded()) {
      Member.DEGRADED.none(json);
      return;
    }
    Member.DEGRADED.object(json);
    Member.TO.text(json, state.degradedTo());
    Member.LABEL.text(json, messages.degradedLabel(state.policy(), locale));
    Member.UNTIL.instant(json, state.degradedUntil());
    json.writeEndObject();
  }

  private void writeLimits(
      JsonGenerator json, QuotaSnapshot states, QuotaState state, Locale locale)
      throws IOException {
    Member.LIMITS.array(json);
    for (LimitState limit : state.limits()) {
      LimitText words = messages.limit(states, state, limit, locale);
      LimitJson.write(json, state, limit, words);
    }
    json.writeEndArray();
  }
}
