package dev.quota;

import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;

/** Records whether the store answers, and logs outages, overload and refused reads. Thread-safe. */
final class StoreFailures {

  private final OutageLog outages;
  private final ShedLog sheds;
  private final OverloadLog overloads;

  /** True if the store is in this process, so that there is no fallback. */
  private final boolean inProcess;

  private volatile boolean closed;

  StoreFailures(QuotaClock clock, boolean inProcess) {
    this.outages = new OutageLog(clock);
    this.sheds = new ShedLog(clock);
    this.overloads = new OverloadLog(clock);
    this.inProcess = inProcess;
  }

  /** Notes that the store answered. */
  void answered() {
    outages.answered();
  }

  /** Notes that the store did not answer. */
  void failed(QuotaStoreException failure) {
    if (isFinal(failure)) {
      // The caller gets the failure.
      return;
    }
    if (failure.isShed()) {
      // The store is not away. Only reads are refused.
      sheds.shed(failure);
    } else if (failure.isOverloaded()) {
      overloads.refused(failure);
    } else {
      outages.failed(failure);
    }
  }

  /** Returns whether a failure cannot be replaced by the fallback. */
  boolean isFinal(QuotaStoreException failure) {
    return closed || (inProcess && !failure.isOverloaded());
  }

  boolean isInProcess() {
    return inProcess;
  }

  /** Notes that the engine is closed, so that failures are no longer logged. */
  void close() {
    closed = true;
  }
}
