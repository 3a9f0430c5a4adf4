package dev.quota.micrometer;

import io.micrometer.core.instrument.Meter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every meter of this module. {@code docs/metrics.md} lists the same, which a test compares. */
enum QuotaMeter {
  DECISIONS("quota.decisions", Meter.Type.COUNTER, "", "quota", "plan", "outcome", "code"),
  CHARGED("quota.charged", Meter.Type.DISTRIBUTION_SUMMARY, "units", "quota", "plan"),
  RESERVED("quota.reserved", Meter.Type.DISTRIBUTION_SUMMARY, "units", "quota", "plan"),
  SETTLED("quota.settled", Meter.Type.DISTRIBUTION_SUMMARY, "units", "quota", "plan"),
  UNCHARGED("quota.uncharged", Meter.Type.DISTRIBUTION_SUMMARY, "units", "quota", "plan"),
  REFUNDED("quota.refunded", Meter.Type.DISTRIBUTION_SUMMARY, "units", "quota", "plan"),
  GRANTED("quota.granted", Meter.Type.DISTRIBUTION_SUMMARY, "units", "quota", "plan"),
  RESETS("quota.resets", Meter.Type.COUNTER, "", "quota", "plan"),
  THRESHOLDS(
      "quota.thresholds.crossed", Meter.Type.COUNTER, "", "quota", "plan", "limit", "threshold"),
  SHADOW_REFUSALS("quota.shadow.refusals", Meter.Type.COUNTER, "", "quota", "plan", "code"),
  SHADOW_THRESHOLDS(
      "quota.shadow.thresholds.crossed",
      Meter.Type.COUNTER,
      "",
      "quota",
      "plan",
      "limit",
      "threshold"),
  STORE_FAILURES("quota.store.failures", Meter.Type.COUNTER, "", "quota", "plan", "applied"),
  STORE_COMMANDS("quota.store.commands", Meter.Type.TIMER, "seconds", "command", "outcome"),
  STORE_AVAILABLE("quota.store.available", Meter.Type.GAUGE, ""),
  RESERVATIONS_OPEN("quota.reservations.open", Meter.Type.GAUGE, ""),
  PERMITS_OPEN("quota.permits.open", Meter.Type.GAUGE, ""),
  POLICIES_CURRENT("quota.policies.current", Meter.Type.GAUGE, ""),
  POLICIES_OVERDUE("quota.policies.overdue", Meter.Type.GAUGE, ""),
  USAGE_FAULTS("quota.usage.faults", Meter.Type.COUNTER, "", "kind");

  private final String id;
  private final Meter.Type type;
  private final String baseUnit;

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed.
  private final List<String> tags;

  QuotaMeter(String id, Meter.Type type, String baseUnit, String... tags) {
    this.id = id;
    this.type = type;
    this.baseUnit = baseUnit;
    this.tags = List.of(tags);
  }

  String id() {
    return id;
  }

  /** Returns the name of the type in the documentation, such as {@code distribution summary}. */
  String typeName() {
    return type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  Meter.Type type() {
    return type;
  }

  /** Returns the unit; empty for meters that only count. */
  Optional<String> baseUnit() {
    return baseUnit.isEmpty() ? Optional.empty() : Optional.of(baseUnit);
  }

  List<String> tags() {
    return tags;
  }
}
