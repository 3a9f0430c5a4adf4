package dev.quota.micrometer;

import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Settlement;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Plan;
import dev.quota.usage.UsageReport;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import java.util.Locale;
import java.util.Optional;

/**
 * The names and keys of {@link QuotaObservations}: names of policies and fixed words, and never a
 * person. Extend it, and register yours as a {@link GlobalObservationConvention}, for other names
 * or further keys. Thread-safe.
 */
public class QuotaObservationConvention
    implements GlobalObservationConvention<QuotaObservationContext> {

  private static final String NONE = "none";

  /** Creates the default convention. */
  public QuotaObservationConvention() {}

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof QuotaObservationContext;
  }

  /**
   * Returns the name of the observation, and of the timer that handlers make of it.
   *
   * @return {@code quota.operation}
   */
  @Override
  public String getName() {
    return "quota.operation";
  }

  @Override
  public String getContextualName(QuotaObservationContext context) {
    return "quota " + text(context.operation());
  }

  /**
   * Returns keys that have few values: {@code operation}, {@code quota}, {@code plan}, {@code
   * outcome} and {@code code}. Before the result is known, and if there is none, the last four are
   * {@code none}.
   */
  @Override
  public KeyValues getLowCardinalityKeyValues(QuotaObservationContext context) {
    Optional<QuotaState> state = state(context);
    return KeyValues.of(
        KeyValue.of("operation", text(context.operation())),
        KeyValue.of("quota", state.map(QuotaState::name).orElse(NONE)),
        KeyValue.of("plan", state.flatMap(QuotaState::plan).map(Plan::name).orElse(NONE)),
        KeyValue.of("outcome", outcome(context)),
        KeyValue.of("code", state.map(QuotaMessages::code).orElse(NONE)));
  }

  /**
   * Returns the use of the work, by the names of OpenTelemetry's semantic conventions for
   * generative AI, if a reservation was settled by a report: {@code gen_ai.usage.input_tokens} with
   * those of a cache, {@code gen_ai.usage.cache_read.input_tokens}, {@code
   * gen_ai.usage.cache_creation.input_tokens}, {@code gen_ai.usage.output_tokens} and {@code
   * gen_ai.response.model}.
   *
   * @see <a
   *     href="https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/">OpenTelemetry,
   *     attributes of generative AI</a>
   */
  @Override
  public KeyValues getHighCardinalityKeyValues(QuotaObservationContext context) {
    if (context.report().isEmpty()) {
      return KeyValues.empty();
    }
    UsageReport report = context.report().get();
    KeyValues values =
        KeyValues.of(
            number("gen_ai.usage.input_tokens", report.totalInputTokens()),
            number("gen_ai.usage.output_tokens", report.outputTokens()));
    if (report.cachedInputTokens() > 0) {
      values =
          values.and(number("gen_ai.usage.cache_read.input_tokens", report.cachedInputTokens()));
    }
    if (report.cacheWriteInputTokens() > 0) {
      values =
          values.and(
              number("gen_ai.usage.cache_creation.input_tokens", report.cacheWriteInputTokens()));
    }
    return report.model().isEmpty()
        ? values
        : values.and(KeyValue.of("gen_ai.response.model", report.model().get()));
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.of(key, Long.toString(value));
  }

  /** Returns the state that decides. */
  private static Optional<QuotaState> state(QuotaObservationContext context) {
    return context
        .decision()
        .map(Decision::states)
        .or(() -> context.settlement().map(Settlement::states))
        .filter(states -> !states.quotas().isEmpty())
        .map(QuotaSnapshot::binding);
  }

  private static String outcome(QuotaObservationContext context) {
    Optional<Decision> decision = context.decision();
    if (decision.isPresent()) {
      return outcome(decision.get());
    }
    return context.settlement().map(it -> text(it.outcome())).orElse(NONE);
  }

  private static String outcome(Decision decision) {
    if (decision instanceof Decision.Allowed allowed) {
      return allowed.isDegraded() ? "degraded" : "allowed";
    } else if (decision instanceof Decision.Denied) {
      return "denied";
    }
    return decision instanceof Decision.Unavailable ? "unavailable" : "never_fits";
  }

  private static String text(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
