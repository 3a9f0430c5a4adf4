package dev.quota.spring.actuate;

import dev.quota.Quotas;
import dev.quota.spring.QuotaProperties;
import dev.quota.store.StoreHealth;
import java.util.Map;

/**
 * The health of the store, for all versions of Boot.
 *
 * @param code the code of the status
 * @param details its details
 */
record StoreStatus(String code, Map<String, Object> details) {

  /** Returns the status at this moment. */
  static StoreStatus of(Quotas quotas, QuotaProperties properties) {
    StoreHealth health = quotas.health();
    String away = properties.health().downWithoutStore() ? "DOWN" : "DEGRADED";
    return new StoreStatus(
        health.available() ? "UP" : away,
        Map.of(
            "store",
            health.store(),
            "detail",
            health.detail(),
            "policies",
            quotas.policyStatus().detail()));
  }
}
