package dev.quota.spi;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Counts in this process and answers when told to, or never. A caller who blocks fails, unless told
 * otherwise: nobody who asked for a stage may wait. Safe for use by several threads.
 */
public final class LaterStore implements QuotaStore {

  private record Open(StoreCommand command, CompletableFuture<StoreReply> reply) {}

  private final QuotaStore counts;
  private final Deque<Open> open = new ArrayDeque<>();
  private final List<StoreCommand> commands = new ArrayList<>();
  private volatile boolean mayBlock;

  /**
   * Creates a store that keeps everybody waiting.
   *
   * @param clock its time
   */
  public LaterStore(QuotaClock clock) {
    counts = InMemoryQuotaStore.builder().clock(clock).build();
  }

  /**
   * Sets whether callers may block. They get their answers at once then.
   *
   * @param allowed by default false
   */
  public void mayBlock(boolean allowed) {
    mayBlock = allowed;
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    if (mayBlock) {
      return counts.execute(command);
    }
    throw new AssertionError("nobody may wait for the answer to " + command);
  }

  @Override
  public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    CompletableFuture<StoreReply> reply = new CompletableFuture<>();
    synchronized (open) {
      open.add(new Open(command, reply));
      commands.add(command);
    }
    return reply;
  }

  /**
   * Answers the question that has waited longest, on the calling thread.
   *
   * @return false if nobody waits
   */
  public boolean answerOne() {
    Open next;
    synchronized (open) {
      next = open.poll();
    }
    if (next != null) {
      try {
        next.reply().complete(counts.execute(next.command()));
      } catch (QuotaStoreException e) {
        next.reply().completeExceptionally(e);
      }
    }
    return next != null;
  }

  /** Answers everything, also what is asked meanwhile. */
  public void answerAll() {
    boolean more = true;
    while (more) {
      more = answerOne();
    }
  }

  /**
   * Fails the question that has waited longest.
   *
   * @param failure what its stage completes with
   */
  public void failOne(Throwable failure) {
    Open next;
    synchronized (open) {
      next = open.remove();
    }
    next.reply().completeExceptionally(failure);
  }

  /**
   * Returns how many questions wait.
   *
   * @return 0 or more
   */
  public int waiting() {
    synchronized (open) {
      return open.size();
    }
  }

  /**
   * Returns what the store was asked.
   *
   * @return a copy
   */
  public List<StoreCommand> commands() {
    synchronized (open) {
      return List.copyOf(commands);
    }
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return counts.capabilities();
  }

  @Override
  public StoreHealth health() {
    return counts.health();
  }

  @Override
  public void close() {
    counts.close();
  }
}
