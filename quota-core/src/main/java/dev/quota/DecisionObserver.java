package dev.quota;

import dev.quota.usage.UsageReport;
import java.util.Optional;

/**
 * Is called when the engine begins an operation and when the operation ends, for example to make a
 * span of a trace. A {@link QuotaListener} receives results only. An exception of an observer is
 * logged and changes no decision. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface DecisionObserver {

  /** What the engine was asked to do. */
  enum Operation {
    /** To charge quotas. */
    CHARGE,
    /** To reserve an estimate. */
    RESERVE,
    /** To settle a reservation. */
    SETTLE
  }

  /**
   * Begins an observation, on the thread of the caller, before the store is asked.
   *
   * @param operation what the engine was asked to do
   * @return the observation of this operation; it is used once
   */
  Progress begin(Operation operation);

  /**
   * One operation that was begun. First {@link #detached} is called, then one of the others,
   * perhaps on another thread.
   */
  interface Progress {

    /**
     * The thread of the caller continues, because the operation is over or an asynchronous one has
     * sent its command. Called on the thread that called {@link DecisionObserver#begin}.
     */
    void detached();

    /**
     * A charge or a reservation was decided.
     *
     * @param decision the decision, which may be a refusal
     */
    void decided(Decision decision);

    /**
     * A reservation was settled.
     *
     * @param settlement the result
     * @param report what the work used, if the caller had a report
     */
    void settled(Settlement settlement, Optional<UsageReport> report);

    /**
     * The operation failed.
     *
     * @param failure for example the failure of a store of this process
     */
    void failed(Throwable failure);
  }
}
