package dev.quota;

import dev.quota.usage.UsageReport;
import java.util.Optional;

/**
 * Is told when the engine begins to decide and when it has decided, for example to put a span of a
 * trace around it. A {@link QuotaListener} is told of results only. What an observer throws is
 * logged and changes no decision. Implementations must be safe for use by several threads.
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
   * @return is told the rest; each of these is used once
   */
  Progress begin(Operation operation);

  /**
   * One operation that was begun. First {@link #detached} is called, then one of the others,
   * perhaps on another thread.
   */
  interface Progress {

    /**
     * The thread of the caller goes on: the operation is over, or an asynchronous one has sent its
     * command. It is called on the thread that called {@link DecisionObserver#begin}.
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
