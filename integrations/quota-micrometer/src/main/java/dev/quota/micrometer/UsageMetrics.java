package dev.quota.micrometer;

import dev.quota.models.UsageFaults;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;

/**
 * Counts the answers of models whose use could not be counted as it stands, by {@link UsageFaults}:
 * those of an unknown format, those that do not say what was used, and others. One counter for each
 * kind. They count the whole process. Needs quota-models. Thread-safe.
 */
public final class UsageMetrics implements MeterBinder {

  private final Tags tags;

  /** Creates a binder without further tags. */
  public UsageMetrics() {
    this(List.of());
  }

  /**
   * Creates a binder.
   *
   * @param tags tags of each counter
   */
  public UsageMetrics(Iterable<Tag> tags) {
    this.tags = Tags.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (String kind : UsageFaults.kinds()) {
      FunctionCounter.builder(QuotaMeter.USAGE_FAULTS.id(), kind, UsageFaults::count)
          .tags(tags)
          .tag("kind", kind)
          .register(registry);
    }
  }
}
