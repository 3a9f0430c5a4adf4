package dev.quota;

import dev.quota.spi.QuotaStore;

/**
 * The parts that {@link Quotas} and {@link AsyncQuotas} share. Thread-safe.
 *
 * @param store where counts live
 * @param capabilities what the store can do
 * @param policies the policies in force
 * @param decider decides and reports states
 * @param runner carries steps out
 * @param maintenance looks after open work
 * @param questions makes requests of the arguments of callers
 * @param charges charges and refunds
 * @param reservations reserves
 * @param grants grants and resets
 */
record Engine(
    QuotaStore store,
    Capabilities capabilities,
    PolicyRegistry policies,
    Decider decider,
    StepRunner runner,
    Maintenance maintenance,
    Questions questions,
    Charges charges,
    Reservations reservations,
    Grants grants) {

  /** Creates the parts of an engine. */
  static Engine of(QuotasBuilder builder) {
    QuotaStore counts = builder.store();
    Capabilities capabilities = Capabilities.of(counts);
    QuotaStore store = DeclaredStore.of(counts, capabilities);
    PolicyRegistry policies = builder.registry(store, capabilities);
    Events events = new Events(builder.listeners());
    Decider decider = builder.decider(store, events);
    StepRunner runner = decider.runner();
    Maintenance maintenance = new Maintenance(runner::send, builder.nanoTime());
    Questions questions = new Questions(policies);
    return new Engine(
        store,
        capabilities,
        policies,
        decider,
        runner,
        maintenance,
        questions,
        new Charges(capabilities, questions, decider, events, maintenance),
        new Reservations(capabilities, questions, decider, events, maintenance),
        new Grants(capabilities, questions, decider, events));
  }

  /** Releases open permits and closes the store. */
  void close() {
    if (store.isRemote()) {
      OpenPermits.release(maintenance.open());
    }
    maintenance.close();
    decider.close();
  }
}
