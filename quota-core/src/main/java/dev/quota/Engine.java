package dev.quota;

import dev.quota.spi.QuotaStore;
import java.util.Optional;

/**
 * The parts that {@link Quotas} and {@link AsyncQuotas} share. Thread-safe.
 *
 * @param store where counts live
 * @param capabilities what the store can do
 * @param policies the policies in force
 * @param reloads brings new versions of the policies; empty if they have no source
 * @param decider decides and reports states
 * @param runner carries steps out
 * @param maintenance looks after open work
 * @param requests makes requests of the arguments of callers
 * @param charges charges and refunds
 * @param reservations reserves
 * @param grants grants and resets
 */
record Engine(
    QuotaStore store,
    Capabilities capabilities,
    PolicyRegistry policies,
    Optional<PolicyReloads> reloads,
    Decider decider,
    StepRunner runner,
    Maintenance maintenance,
    RequestFactory requests,
    Charges charges,
    Reservations reservations,
    Grants grants) {

  /** Creates the parts of an engine. */
  static Engine of(QuotasBuilder builder) {
    QuotaStore counts = builder.store();
    Capabilities capabilities = Capabilities.of(counts);
    QuotaStore store = DeclaredStore.of(counts, capabilities);
    PolicyStart start = builder.start(store, capabilities);
    PolicyRegistry policies = start.registry();
    Events events = new Events(builder.listeners());
    Decider decider = builder.decider(store, events);
    StepRunner runner = decider.runner();
    Maintenance maintenance = new Maintenance(runner::send, builder.nanoTime());
    RequestFactory requests = new RequestFactory(policies);
    return new Engine(
        store,
        capabilities,
        policies,
        builder.reloads(start),
        decider,
        runner,
        maintenance,
        requests,
        new Charges(capabilities, requests, decider, events, maintenance),
        new Reservations(capabilities, requests, decider, events, maintenance),
        new Grants(capabilities, requests, decider, events));
  }

  /** Notes that a place charges a quota; an older version may have what the newest one lacks. */
  void declareUse(String quota, String where) {
    try {
      policies.declareUse(quota, where);
    } catch (UnknownQuotaException e) {
      if (reloads.isEmpty() || !reloads.get().fallBack(quota, where)) {
        throw e;
      }
      policies.declareUse(quota, where);
    }
  }

  /** Says which policies are in force, and why no newer ones are. */
  PolicyStatus policyStatus() {
    return reloads.map(PolicyReloads::status).orElseGet(() -> PolicyStatus.fixed(policies));
  }

  /** Releases open permits and closes the store. */
  void close() {
    reloads.ifPresent(PolicyReloads::close);
    if (store.isRemote()) {
      OpenPermits.release(maintenance.open());
    }
    maintenance.close();
    decider.close();
  }
}
