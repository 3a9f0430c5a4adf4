package dev.quota.micrometer;

import dev.quota.Decision;
import dev.quota.DecisionObserver.Operation;
import dev.quota.Settlement;
import dev.quota.usage.UsageReport;
import io.micrometer.observation.Observation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The context of an observation of {@link QuotaObservations}, for your own conventions. Its
 * decision contains the subject. Do not put the subject into a key. Not thread-safe: one thread at
 * a time uses it.
 */
public final class QuotaObservationContext extends Observation.Context {

  private final Operation operation;
  private volatile @Nullable Decision decision;
  private volatile @Nullable Settlement settlement;
  private volatile @Nullable UsageReport report;

  QuotaObservationContext(Operation operation) {
    this.operation = operation;
  }

  /** {@return what the engine was asked to do} */
  public Operation operation() {
    return operation;
  }

  /** {@return the decision; empty before it was made, and for a settlement} */
  public Optional<Decision> decision() {
    return Optional.ofNullable(decision);
  }

  /** {@return the result of a settlement; empty before it is known, and for a decision} */
  public Optional<Settlement> settlement() {
    return Optional.ofNullable(settlement);
  }

  /** {@return what the work used; empty unless a reservation was settled by a report} */
  public Optional<UsageReport> report() {
    return Optional.ofNullable(report);
  }

  void decided(Decision made) {
    decision = made;
  }

  void settled(Settlement made, Optional<UsageReport> used) {
    settlement = made;
    report = used.orElse(null);
  }
}
