package dev.quota.spi;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where counts live: one call decides, and its one reply holds everything that is shown about the
 * decision.
 *
 * <p>Implementations are safe for use by several threads and keep the rules that the abstract test
 * {@code QuotaStoreContract} (in this module's test jar) proves, and {@code OperationsContract} for
 * operations, concurrent limits and grants: a command is applied completely or not at all, time is
 * whole milliseconds and waits round up, <em>used</em> is stored and not what is left, and a begun
 * calendar window keeps its end.
 */
public interface QuotaStore extends AutoCloseable {

  /**
   * Carries out one command and waits for its reply.
   *
   * @param command what to do
   * @return what happened, with the numbers after it
   * @throws QuotaStoreException if the store cannot answer; it says whether the command was applied
   */
  StoreReply execute(StoreCommand command);

  /**
   * Carries out one command without blocking the caller.
   *
   * <p>The default runs {@link #execute} on the calling thread, which is right for stores that
   * never wait. Stores that talk to another process override it.
   *
   * @param command what to do
   * @return a stage that completes with the reply, or with a {@link QuotaStoreException}
   */
  default CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    try {
      return CompletableFuture.completedFuture(execute(command));
    } catch (QuotaStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Checks that this store can count some limits together on one key. The engine asks when policies
   * are loaded, so that what cannot be counted is refused then and not at the first charge.
   *
   * <p>The default accepts all.
   *
   * @param limits limits of one quota that count on one scope, with distinct names
   * @throws IllegalArgumentException if it cannot; the message says why and what to change
   */
  default void requireCountable(List<LimitSpec> limits) {
    // Nothing that a policy can say is too much for a store without limits of its own.
  }

  /**
   * Prepares for commands of these forms before the first one comes: an engine calls it once, while
   * it is built. A store that has to load something for a form loads it here, where nobody waits
   * for a decision. It changes no count, returns within seconds and never throws: a store that is
   * away is prepared by its first commands.
   *
   * <p>The default does nothing.
   *
   * @param examples what looks at the quotas of the policies will ask; their subject is nobody
   */
  default void prepare(List<StoreCommand.Peek> examples) {
    // There is nothing to load in a store that lives in this process.
  }

  /**
   * Reports whether the store can decide at the moment.
   *
   * @return the health, never null; cheap enough to be asked every second
   */
  StoreHealth health();

  /** Releases what the store opened itself; further commands fail. Calling it twice is harmless. */
  @Override
  void close();
}
