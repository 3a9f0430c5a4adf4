package dev.quota.micrometer;

import dev.quota.Decision;
import dev.quota.DecisionObserver;
import dev.quota.Settlement;
import dev.quota.usage.UsageReport;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Optional;

/**
 * Makes an observation of each decision and of each settlement. So a trace has a span for it, with
 * the calls to the store inside. Its parent is the observation that is current in the caller's
 * thread. Its default keys identify no person. Thread-safe.
 *
 * <pre>{@code
 * Quotas.builder().policies(policies).observer(new QuotaObservations(observationRegistry))
 * }</pre>
 */
public final class QuotaObservations implements DecisionObserver {

  private static final QuotaObservationConvention CONVENTION = new QuotaObservationConvention();

  private final ObservationRegistry registry;

  /**
   * Creates an observer.
   *
   * @param registry its handlers make spans and timers; one without handlers costs almost nothing
   */
  public QuotaObservations(ObservationRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Progress begin(Operation operation) {
    QuotaObservationContext context = new QuotaObservationContext(operation);
    Observation observation =
        Observation.createNotStarted(null, CONVENTION, () -> context, registry).start();
    return new Begun(observation, observation.openScope(), context);
  }

  private record Begun(
      Observation observation, Observation.Scope scope, QuotaObservationContext context)
      implements DecisionObserver.Progress {

    @Override
    public void detached() {
      scope.close();
    }

    @Override
    public void decided(Decision decision) {
      context.decided(decision);
      observation.stop();
    }

    @Override
    public void settled(Settlement settlement, Optional<UsageReport> report) {
      context.settled(settlement, report);
      observation.stop();
    }

    @Override
    public void failed(Throwable failure) {
      observation.error(failure);
      observation.stop();
    }
  }
}
