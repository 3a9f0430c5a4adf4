package dev.quota.spi;

import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where counts live: one call decides, and its one reply holds everything that is shown about the
 * decision.
 *
 * <p>The smallest store has three methods, {@link #execute}, {@link #health} and {@link #close},
 * and two commands: {@link StoreCommand.Take} and {@link StoreCommand.Peek}, of rolling and
 * calendar limits, for costs that are taken completely or not. Whatever else it can do it declares
 * ({@link #capabilities}). It is never sent anything else.
 *
 * <p>Implementations are safe for use by several threads and keep the rules that the abstract tests
 * of the module {@code quota-store-tests} prove, one class for each capability: a command is
 * applied completely or not at all, time is whole milliseconds and waits round up, <em>used</em> is
 * stored and not what is left, and a begun calendar window keeps its end.
 *
 * <p>Later versions add commands, parts of commands and kinds of limits only together with a
 * capability, and methods only with a default, so that a store works on as it was written.
 */
public interface QuotaStore extends AutoCloseable {

  /**
   * Declares what this store can do beyond counting. An engine asks once, while it is built. It
   * refuses policies that need more, its calls that need more fail, and the store hears of neither.
   *
   * @return by default nothing: it takes and peeks. The same during the life of the store
   */
  default Set<StoreCapability> capabilities() {
    return Set.of();
  }

  /**
   * Says whether counts live outside of this process, so that they can be out of reach. An engine
   * with a remote store decides as the policies say while that fails, plays its first decisions
   * through while it is built, and releases its permits when it is closed.
   *
   * @return by default true. False for counts that are lost with the process; its failures are
   *     thrown on to the application
   */
  default boolean isRemote() {
    return true;
  }

  /**
   * Carries out one command and waits for its reply.
   *
   * @param command what to do
   * @return what happened, with the numbers after it
   * @throws QuotaStoreException if the store cannot answer; it says whether the command was applied
   * @throws UnsupportedOperationException if the command is of a kind that the store does not know,
   *     which no engine sends
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
