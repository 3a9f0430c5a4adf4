package dev.quota.tool.replay;

import dev.quota.tool.log.UsageRow;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Charges batches of rows in its own thread, in their order. Only one thread charges an engine,
 * because limits that people share need the order of all rows.
 */
final class SideThread {

  private static final int BATCHES = 16;

  private final Side side;
  private final BlockingQueue<List<UsageRow>> batches = new ArrayBlockingQueue<>(BATCHES);
  private final Thread thread;
  private volatile @Nullable Throwable failure;

  SideThread(Side side, String name) {
    this.side = side;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    boolean more = true;
    while (more) {
      try {
        List<UsageRow> batch = batches.take();
        more = !batch.isEmpty();
        if (failure == null) {
          batch.forEach(side::charge);
        }
      } catch (InterruptedException e) {
        more = false;
      } catch (Throwable e) { // rethrown to the thread that reads the log, which ends the replay
        failure = e;
      }
    }
  }

  /** Adds a batch. It blocks while the queue is full. An empty batch ends the thread. */
  void add(List<UsageRow> batch) {
    try {
      throwFailure();
      batches.put(batch);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplayException("interrupted");
    }
  }

  /** Waits until everything is charged. */
  void finish() {
    add(List.of());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplayException("interrupted");
    }
    throwFailure();
  }

  void stop() {
    thread.interrupt();
  }

  private void throwFailure() {
    Throwable thrown = failure;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
