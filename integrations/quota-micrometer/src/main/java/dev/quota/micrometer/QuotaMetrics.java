package dev.quota.micrometer;

import dev.quota.Quotas;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Gauges of an engine: whether its store is available, whether its policies are current, and what
 * is open on this node. A gauge is computed when the registry reads it, and sends no command to the
 * store. Thread-safe.
 *
 * <p>A registry does not keep the engine alive. It has one gauge for each name and set of tags, so
 * give several engines different tags.
 */
public final class QuotaMetrics implements MeterBinder {

  private final Quotas quotas;
  private final Tags tags;

  /**
   * Creates a binder without further tags.
   *
   * @param quotas the engine
   */
  public QuotaMetrics(Quotas quotas) {
    this(quotas, List.of());
  }

  /**
   * Creates a binder.
   *
   * @param quotas the engine
   * @param tags tags of each gauge, to tell several engines apart
   */
  public QuotaMetrics(Quotas quotas, Iterable<Tag> tags) {
    this.quotas = quotas;
    this.tags = Tags.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, QuotaMeter.STORE_AVAILABLE, engine -> engine.health().available() ? 1 : 0);
    gauge(registry, QuotaMeter.RESERVATIONS_OPEN, Quotas::openReservations);
    gauge(registry, QuotaMeter.PERMITS_OPEN, Quotas::openPermits);
    gauge(
        registry, QuotaMeter.POLICIES_CURRENT, engine -> engine.policyStatus().isCurrent() ? 1 : 0);
    gauge(registry, QuotaMeter.POLICIES_OVERDUE, engine -> engine.policyStatus().overdue().size());
  }

  private void gauge(MeterRegistry registry, QuotaMeter meter, ToDoubleFunction<Quotas> value) {
    Gauge.builder(meter.id(), quotas, value).tags(tags).register(registry);
  }
}
