package dev.quota.spi;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Counts in this process and fails when told to, as a store in another process does: without having
 * applied a command, or having applied it and lost the reply. Safe for use by several threads.
 */
public final class FailingStore implements QuotaStore {

  /** What becomes of a command. */
  private enum Mood {
    ANSWERS,
    REFUSES_CONNECTIONS,
    LOSES_REPLIES
  }

  private final QuotaStore counts;
  private final List<StoreCommand> commands = Collections.synchronizedList(new ArrayList<>());
  private volatile Mood mood = Mood.ANSWERS;

  /**
   * Creates a store that answers.
   *
   * @param clock its time
   */
  public FailingStore(QuotaClock clock) {
    counts = InMemoryQuotaStore.builder().clock(clock).build();
  }

  /** From now on commands fail and nothing is applied. */
  public void goAway() {
    mood = Mood.REFUSES_CONNECTIONS;
  }

  /** From now on commands are applied and fail all the same, so that nobody knows it. */
  public void loseReplies() {
    mood = Mood.LOSES_REPLIES;
  }

  /** From now on commands are answered. */
  public void comeBack() {
    mood = Mood.ANSWERS;
  }

  /**
   * Returns what the store was asked.
   *
   * @return every command, answered or not, that can be cleared
   */
  public List<StoreCommand> commands() {
    return commands;
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return counts.capabilities();
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    commands.add(command);
    if (mood == Mood.REFUSES_CONNECTIONS) {
      throw new QuotaStoreException("no connection", QuotaStoreException.Applied.NO, null);
    }
    StoreReply reply = counts.execute(command);
    if (mood == Mood.LOSES_REPLIES) {
      throw new QuotaStoreException("no reply", QuotaStoreException.Applied.UNKNOWN, null);
    }
    return reply;
  }

  @Override
  public StoreHealth health() {
    return mood == Mood.ANSWERS
        ? counts.health()
        : new StoreHealth("failing", false, "Told to fail.");
  }

  @Override
  public void close() {
    counts.close();
  }
}
