package dev.quota.spi;

import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps the counts. One call decides, and its reply has all numbers that are shown about the
 * decision.
 *
 * <p>The smallest store has three methods, {@link #execute}, {@link #health} and {@link #close},
 * and two commands, {@link StoreCommand.Take} and {@link StoreCommand.Peek}, for rolling and
 * calendar limits. It declares everything else that it can do ({@link #capabilities}). The engine
 * sends nothing that is not declared.
 *
 * <p>Implementations are thread-safe and follow the rules that the abstract tests of the module
 * {@code quota-store-tests} check, with one class for each capability. A command is applied
 * completely or not at all. Time is in whole milliseconds, and waits are rounded up. The store
 * keeps what is used and not what is left. A calendar window that has begun keeps its end.
 *
 * <p>Later versions add commands, parts of commands and kinds of limits only together with a
 * capability, and methods only with a default. So an older store still works.
 */
public interface QuotaStore extends AutoCloseable {

  /**
   * Returns what this store can do beyond counting. An engine asks once, while it is built. It
   * refuses policies that need more. Calls that need more fail and are not sent to the store.
   *
   * @return by default nothing beyond takes and peeks; never changes
   */
  default Set<StoreCapability> capabilities() {
    return Set.of();
  }

  /**
   * Returns whether the counts are outside of this process, so that the store can be away. An
   * engine with a remote store decides as the policies say while the store fails, runs example
   * decisions while it is built, and releases its permits when it is closed.
   *
   * @return by default true; false for counts in this process, whose failures are thrown to the
   *     application
   */
  default boolean isRemote() {
    return true;
  }

  /**
   * Returns whether each stage of {@link #executeAsync} completes within a time of the store's own,
   * also if nothing answers. The engine then saves a timer for each command.
   *
   * @return by default false: the engine gives up after its {@link
   *     dev.quota.QuotasBuilder#storeTimeout}
   */
  default boolean keepsTimeBudget() {
    return false;
  }

  /**
   * Executes one command and waits for its reply.
   *
   * @param command the command
   * @return the result, with the numbers after it
   * @throws QuotaStoreException if the store cannot answer; it says whether the command was applied
   * @throws UnsupportedOperationException if the store does not know this kind of command; an
   *     engine sends no such command
   */
  StoreReply execute(StoreCommand command);

  /**
   * Executes one command without blocking the caller.
   *
   * <p>The default runs {@link #execute} on the calling thread, which is right for stores that
   * never wait. Stores that talk to another process must override it.
   *
   * <p>An engine gives up on a stage that stays incomplete ({@link
   * dev.quota.QuotasBuilder#storeTimeout}), and ignores what it completes with later.
   *
   * @param command the command
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
   * Checks that this store can count some limits together on one key. The engine calls it when
   * policies are loaded, so that they are refused then and not at the first charge.
   *
   * <p>The default accepts all.
   *
   * @param limits limits of one quota that count on one scope, with distinct names
   * @throws IllegalArgumentException if it cannot count them; the message says why and what to
   *     change
   */
  default void requireCountable(List<LimitSpec> limits) {
    // A store without bounds of its own can count every valid policy.
  }

  /**
   * Prepares for commands of these forms. An engine calls it once, while it is built. A store that
   * must load something for a form loads it here, so that no decision waits for it. It changes no
   * count, returns within seconds and never throws. If the store is away, its first commands
   * prepare it.
   *
   * <p>The default does nothing.
   *
   * @param examples commands that read the quotas of the policies, for a subject that does not
   *     exist
   */
  default void prepare(List<StoreCommand.Peek> examples) {
    // A store in this process has nothing to load.
  }

  /**
   * Reports whether the store can decide at the moment. It must be cheap enough for a call every
   * second.
   *
   * @return the health
   */
  StoreHealth health();

  /** Releases what the store opened itself. Further commands fail. A second call does nothing. */
  @Override
  void close();
}
