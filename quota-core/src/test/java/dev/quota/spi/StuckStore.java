package dev.quota.spi;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * Counts in this process and does not answer while it is told so. It notes which locks the threads
 * hold that ask it. Safe for use by several threads.
 */
public final class StuckStore implements QuotaStore {

  private final QuotaStore counts;
  private final List<String> locks = new ArrayList<>();
  private volatile CountDownLatch stuck = new CountDownLatch(1);
  private volatile CountDownLatch release = new CountDownLatch(0);

  /**
   * Creates a store that answers.
   *
   * @param clock its time
   */
  public StuckStore(QuotaClock clock) {
    counts = InMemoryQuotaStore.builder().clock(clock).build();
  }

  /** From now on nobody gets an answer. */
  public void stick() {
    stuck = new CountDownLatch(1);
    release = new CountDownLatch(1);
  }

  /**
   * Waits until somebody waits.
   *
   * @throws InterruptedException if this thread is interrupted
   */
  public void awaitCaller() throws InterruptedException {
    stuck.await();
  }

  /** Answers everybody, from now on at once. */
  public void answer() {
    release.countDown();
  }

  /**
   * Returns the locks that were held by threads which asked this store something.
   *
   * @return a copy; empty is right
   */
  public List<String> locks() {
    synchronized (locks) {
      return List.copyOf(locks);
    }
  }

  private void noteLocks() {
    ThreadInfo info =
        ManagementFactory.getThreadMXBean()
            .getThreadInfo(new long[] {Thread.currentThread().getId()}, true, true)[0];
    if (info != null) {
      synchronized (locks) {
        Arrays.stream(info.getLockedMonitors())
            .forEach(it -> locks.add(it + " at " + it.getLockedStackFrame()));
        Arrays.stream(info.getLockedSynchronizers()).forEach(it -> locks.add(it.toString()));
      }
    }
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    noteLocks();
    stuck.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QuotaStoreException("interrupted", QuotaStoreException.Applied.NO, e);
    }
    return counts.execute(command);
  }

  @Override
  public void requireCountable(List<LimitSpec> limits) {
    noteLocks();
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return counts.capabilities();
  }

  @Override
  public StoreHealth health() {
    noteLocks();
    return counts.health();
  }

  @Override
  public void close() {
    noteLocks();
    counts.close();
  }
}
