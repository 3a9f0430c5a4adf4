package dev.quota;

import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;

/**
 * Notes whether the store answers, and tells the log of outages, overload and reads that were shed.
 * Safe for use by several threads.
 */
final class StoreFailures {

  private final OutageLog outages;
  private final ShedLog sheds;
  private final OverloadLog overloads;

  /** True if the store is in this process, so that nobody is left to count alone. */
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
      // Whoever asked hears of it.
      return;
    }
    if (failure.isShed()) {
      // The store is not away, and charges are not decided without it.
      sheds.shed(failure);
    } else if (failure.isOverloaded()) {
      overloads.refused(failure);
    } else {
      outages.failed(failure);
    }
  }

  /** Returns whether nothing can be decided after a failure, whatever the policies say. */
  boolean isFinal(QuotaStoreException failure) {
    return closed || (inProcess && !failure.isOverloaded());
  }

  boolean isInProcess() {
    return inProcess;
  }

  /** Notes that the engine is closed, so that failures are no news any more. */
  void close() {
    closed = true;
  }
}
