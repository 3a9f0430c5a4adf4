package dev.quota.micrometer;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaEvent;
import dev.quota.QuotaListener;
import dev.quota.QuotaState;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Threshold;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Locale;

/**
 * Counts the events of quotas: decisions, units, thresholds, refunds, grants, and decisions without
 * the store. Thread-safe.
 *
 * <pre>{@code
 * Quotas quotas = Quotas.builder()
 *     .policies(policies)
 *     .listener(new QuotaMetricsListener(registry))
 *     .build();
 * new QuotaMetrics(quotas).bindTo(registry);
 * }</pre>
 *
 * <p>Tags are names of policies and fixed words. No tag identifies a person. At most {@value
 * #MAX_PAIRS} pairs of quota and plan get meters of their own; all further pairs are counted
 * together as {@code other}. {@code docs/metrics.md} lists the meters.
 */
public final class QuotaMetricsListener implements QuotaListener {

  /** How many pairs of quota and plan get meters of their own. */
  public static final int MAX_PAIRS = 1_000;

  private final MeterRegistry registry;
  private final QuotaTags tags;

  /**
   * Creates a listener without further tags.
   *
   * @param registry the registry, where each meter is registered at its first use
   */
  public QuotaMetricsListener(MeterRegistry registry) {
    this(registry, List.of());
  }

  /**
   * Creates a listener.
   *
   * @param registry the registry, where each meter is registered at its first use
   * @param tags further tags of each meter, to tell several engines apart
   */
  public QuotaMetricsListener(MeterRegistry registry, Iterable<Tag> tags) {
    this(registry, tags, MAX_PAIRS);
  }

  QuotaMetricsListener(MeterRegistry registry, Iterable<Tag> tags, int maxPairs) {
    this.registry = registry;
    this.tags = new QuotaTags(Tags.of(tags), maxPairs);
  }

  @Override
  public void on(QuotaEvent event) {
    Tags names = tags.of(event);
    if (event instanceof QuotaEvent.Charged charged) {
      decided(names, outcome(charged.units(), charged.reason()), charged.state());
      record(QuotaMeter.CHARGED, names, charged.units());
    } else if (event instanceof QuotaEvent.Reserved reserved) {
      decided(names, outcome(reserved.units(), reserved.reason()), reserved.state());
      record(QuotaMeter.RESERVED, names, reserved.units());
    } else if (event instanceof QuotaEvent.Refused refused) {
      decided(names, outcome(refused.decision()), refused.state());
    } else if (event instanceof QuotaEvent.ReservationGrown grown) {
      record(QuotaMeter.RESERVED, names, grown.units());
    } else if (event instanceof QuotaEvent.ReservationSettled settled) {
      record(QuotaMeter.SETTLED, names, settled.settled().charged());
      record(QuotaMeter.UNCHARGED, names, settled.settled().uncharged());
    } else if (event instanceof QuotaEvent.Refunded refunded) {
      record(QuotaMeter.REFUNDED, names, refunded.units());
    } else {
      onOther(event, names);
    }
  }

  /** Records what is no charge and no reservation. */
  private void onOther(QuotaEvent event, Tags names) {
    if (event instanceof QuotaEvent.Granted granted) {
      record(QuotaMeter.GRANTED, names, granted.units());
    } else if (event instanceof QuotaEvent.Reset) {
      count(QuotaMeter.RESETS, names);
    } else if (event instanceof QuotaEvent.ThresholdCrossed crossed) {
      crossed(QuotaMeter.THRESHOLDS, names, crossed.limit(), crossed.threshold());
    } else if (event instanceof QuotaEvent.ShadowThresholdCrossed crossed) {
      crossed(QuotaMeter.SHADOW_THRESHOLDS, names, crossed.limit(), crossed.threshold());
    } else if (event instanceof QuotaEvent.ShadowRefused refused) {
      count(QuotaMeter.SHADOW_REFUSALS, names.and("code", QuotaMessages.code(refused.state())));
    } else if (event instanceof QuotaEvent.StoreFailed failed) {
      count(QuotaMeter.STORE_FAILURES, names.and("applied", text(failed.failure().applied())));
    }
  }

  private void decided(Tags names, String outcome, QuotaState state) {
    count(QuotaMeter.DECISIONS, names.and("outcome", outcome, "code", QuotaMessages.code(state)));
  }

  private void crossed(QuotaMeter meter, Tags names, LimitState limit, Threshold threshold) {
    boolean others = tags.areOthers(names);
    count(
        meter,
        names.and(
            "limit",
            others ? QuotaTags.OTHER : limit.name(),
            "threshold",
            others ? QuotaTags.OTHER : threshold.id()));
  }

  /** Returns the outcome of work that may start. */
  private static String outcome(long units, QuotaEvent.Reason reason) {
    return switch (reason) {
      case WITHIN_LIMITS, UNLIMITED -> "allowed";
      case STORE_UNAVAILABLE -> "uncounted";
      case LIMIT_REACHED, TOO_LARGE, NOT_IN_PLAN, CONVERSATION_SPENT, CONVERSATION_TOO_LONG ->
          units > 0 ? "observed" : "degraded";
    };
  }

  private static String outcome(Decision refused) {
    if (refused instanceof Decision.Denied) {
      return "denied";
    }
    return refused instanceof Decision.Unavailable ? "unavailable" : "never_fits";
  }

  private static String text(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  private void count(QuotaMeter meter, Tags meterTags) {
    Counter.builder(meter.id()).tags(meterTags).register(registry).increment();
  }

  /** Records units. An event without units is not recorded. */
  private void record(QuotaMeter meter, Tags meterTags, long units) {
    if (units > 0) {
      DistributionSummary.builder(meter.id())
          .tags(meterTags)
          .baseUnit(meter.baseUnit().orElseThrow())
          .register(registry)
          .record((double) units);
    }
  }
}
