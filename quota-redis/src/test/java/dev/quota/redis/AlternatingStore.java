package dev.quota.redis;

import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Sends each command through one of several stores, as a load balancer would. */
final class AlternatingStore implements QuotaStore {

  private final SplittableRandom random;
  private final List<QuotaStore> stores;

  AlternatingStore(long seed, QuotaStore... stores) {
    random = new SplittableRandom(seed);
    this.stores = List.of(stores);
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return stores.get(0).capabilities();
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    return stores.get(random.nextInt(stores.size())).execute(command);
  }

  @Override
  public StoreHealth health() {
    return stores.get(0).health();
  }

  @Override
  public void close() {
    stores.forEach(QuotaStore::close);
  }
}
