package dev.quota.spring.actuate;

import dev.quota.Quotas;
import dev.quota.spring.QuotaProperties;
import dev.quota.store.StoreHealth;
import java.util.Map;

/**
 * What the health of an application tells of the store, the same in every Boot.
 *
 * @param code of the status
 * @param details what stands beside it
 */
record StoreStatus(String code, Map<String, Object> details) {

  /** Returns the status at this moment. */
  static StoreStatus of(Quotas quotas, QuotaProperties properties) {
    StoreHealth health = quotas.health();
    String away = properties.health().downWithoutStore() ? "DOWN" : "DEGRADED";
    return new StoreStatus(
        health.available() ? "UP" : away,
        Map.of("store", health.store(), "detail", health.detail()));
  }
}
