package dev.quota.spi;

import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A store that passes everything on to another store, including its capabilities. A subclass
 * overrides what it does differently. As thread-safe as the other store.
 *
 * <p>{@link #execute} and {@link #executeAsync} are passed on separately. A subclass that changes
 * commands or replies overrides both.
 *
 * <p>Later versions pass on new methods of {@link QuotaStore} too. A class that implements {@link
 * QuotaStore} itself would use their defaults.
 */
public abstract class ForwardingQuotaStore implements QuotaStore {

  private final QuotaStore store;

  /**
   * Creates the store.
   *
   * @param store the other store, which this store closes
   */
  protected ForwardingQuotaStore(QuotaStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  /** {@return the other store} */
  protected final QuotaStore store() {
    return store;
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return store.capabilities();
  }

  @Override
  public boolean isRemote() {
    return store.isRemote();
  }

  @Override
  public boolean keepsTimeBudget() {
    return store.keepsTimeBudget();
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    return store.execute(command);
  }

  @Override
  public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    return store.executeAsync(command);
  }

  @Override
  public void requireCountable(List<LimitSpec> limits) {
    store.requireCountable(limits);
  }

  @Override
  public void prepare(List<StoreCommand.Peek> examples) {
    store.prepare(examples);
  }

  @Override
  public StoreHealth health() {
    return store.health();
  }

  @Override
  public void close() {
    store.close();
  }
}
