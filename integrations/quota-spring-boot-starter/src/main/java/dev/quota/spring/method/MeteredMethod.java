package dev.quota.spring.method;

import dev.quota.http.DeferredCost;
import dev.quota.http.Endpoint;
import java.util.List;

/**
 * A method of a bean that charges each call.
 *
 * @param where its name
 * @param costs its quotas, for the check at the start
 * @param charges what a call charges
 */
record MeteredMethod(String where, Endpoint costs, DeferredCharges charges) {

  /** Returns costs that need no arguments in the form of those that do. */
  static List<DeferredCost> deferred(Endpoint endpoint) {
    return endpoint.costs().stream().map(it -> new DeferredCost(it, "", "")).toList();
  }
}
