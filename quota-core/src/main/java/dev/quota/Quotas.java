package dev.quota;

import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.store.Accuracy;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.Collection;
import java.util.List;

/**
 * The engine: decides about charges and reports states. Thread-safe.
 *
 * <p>If the store cannot answer a charge, that is not an error. The policy of each quota decides
 * ({@link QuotaPolicy#onStoreFailure}), and states say how much is known ({@link
 * QuotaState#accuracy}).
 *
 * <pre>{@code
 * Quotas quotas = Quotas.builder().policy(chat).build();
 * Decision decision = quotas.charge(Subject.user("alice"), "chat", 1);
 * if (decision instanceof Decision.Denied denied) {
 *   return "Try again in " + (denied.retryAfter().toSeconds() + 1) + " s";
 * }
 * }</pre>
 */
public final class Quotas implements AutoCloseable {

  private final Engine engine;
  private final StepRunner runner;
  private final AsyncQuotas async;

  Quotas(QuotasBuilder builder) {
    engine = Engine.of(builder);
    runner = engine.runner();
    async = new AsyncQuotas(engine);
    engine.reloads().ifPresent(PolicyReloads::start);
    if (engine.store().isRemote()) {
      EngineWarmUp.run(engine.store(), engine.policies().view());
    }
  }

  /** {@return a builder of an engine, to be used by one thread} */
  public static QuotasBuilder builder() {
    return new QuotasBuilder();
  }

  /** {@return the same operations for callers that must not wait, with stages} */
  public AsyncQuotas async() {
    return async;
  }

  /**
   * Charges one quota.
   *
   * @param subject who is charged
   * @param quota the quota's name
   * @param cost how much, zero or more; zero is always allowed and counts nothing
   * @return the decision
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     cost out of range
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Decision charge(Subject subject, String quota, long cost) {
    return decided(engine.charges().charge(subject, quota, cost));
  }

  private Decision decided(Step<Decided> work) {
    return engine.charges().decided(runner.run(work, Observers.CHARGE));
  }

  /**
   * Charges several quotas, all or none. Charges on one quota are added up.
   *
   * @param subject who is charged
   * @param charges what to take, at least one
   * @return the decision
   * @throws IllegalArgumentException if there is no charge, or a quota is unknown: {@link
   *     UnknownQuotaException}
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Decision charge(Subject subject, List<Charge> charges) {
    return decided(engine.charges().charge(subject, charges));
  }

  /**
   * Charges several quotas, all or none, and only once. A repetition with the same key, subject and
   * quotas takes nothing and is allowed like the first call. A refusal is not remembered. A refund
   * of the charge forgets the key.
   *
   * @param subject who is charged
   * @param charges what to take, at least one
   * @param once the key, and for how long it is remembered
   * @return the decision; {@link Decision.Allowed#isRepetition} says whether it is a repetition,
   *     which publishes no events
   * @throws IllegalArgumentException if there is no charge, or a quota is unknown: {@link
   *     UnknownQuotaException}
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Decision charge(Subject subject, List<Charge> charges, Idempotency once) {
    return decided(engine.charges().charge(subject, charges, once));
  }

  /**
   * Charges the first request of a conversation to the limits on the conversation alone. The first
   * request is not counted there until the conversation goes on. The charge is made whether it fits
   * or not, and once for each conversation and quota. Nothing happens if no limit of the quota
   * counts on conversations. It publishes no events, because the first request has published them.
   *
   * @param subject who takes part, {@linkplain Subject.Builder#conversation in the conversation}
   * @param charge what was taken
   * @return the decision; if its states are {@link Accuracy#EXACT}, the store has counted it, now
   *     or before
   * @throws IllegalArgumentException if the subject takes part in no conversation, or the quota is
   *     unknown: {@link UnknownQuotaException}
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Decision chargeConversation(Subject subject, Charge charge) {
    Step<Decided> work = engine.charges().chargeConversation(subject, charge);
    return runner.run(work, Observers.CHARGE).decision();
  }

  /**
   * Reserves an estimate of what work will use, to be settled when that is known. The estimate is
   * raised or cut to the policy's {@link QuotaPolicy#reservation bounds}. It is also cut to what
   * the plan can grant at once, so that a large estimate does not exclude a small plan. The result
   * is reserved completely or refused.
   *
   * @param subject who is charged
   * @param quota the quota's name
   * @param estimate units, zero or more. If the policy's least is 0, an estimate of zero holds
   *     nothing. It is allowed even if the quota is used up, and what is used is charged later
   * @return the reservation, even if it is refused: {@link Reservation#isAllowed}
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     estimate out of range
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Reservation reserve(Subject subject, String quota, long estimate) {
    var work =
        engine.reservations().reserve(subject, quota, estimate, engine.maintenance()::caller);
    return handle(runner.run(work, Observers.RESERVE));
  }

  /**
   * Reserves as much as there is, up to an estimate. With 300 left of 1,000, an estimate of 800 and
   * at least 100, it reserves 300. {@link Reservation#held} says so before the work begins, so that
   * the work can be limited to it. Both numbers are raised or cut to the policy's {@link
   * QuotaPolicy#reservation bounds}.
   *
   * @param request who is charged, for what, and between which amounts
   * @return the reservation, even if it is refused: {@link Reservation#isAllowed}
   * @throws UnknownQuotaException if the quota is unknown
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Reservation reserve(ReserveRequest request) {
    var work = engine.reservations().reserve(request, engine.maintenance()::caller);
    return handle(runner.run(work, Observers.RESERVE));
  }

  private Reservation handle(ReservationSteps steps) {
    return BlockingReservation.of(steps, runner, engine.maintenance());
  }

  /**
   * Returns a reservation that another node made, to settle or refund it. {@link Reservation#used}
   * does not make it grow here. The node that made it renews it as long as that node runs.
   *
   * @param subject who was charged, with the same plan and groups
   * @param quota what {@link Reservation#quota} said
   * @param reservationId what {@link Reservation#id} said on the node that reserved
   * @return the reservation; if it is over already, settling it returns {@link
   *     Settlement.Outcome#GONE}
   * @throws IllegalArgumentException if the quota is unknown, if no store counts it, or if the id
   *     is malformed
   */
  public Reservation resume(Subject subject, String quota, String reservationId) {
    return handle(runner.run(engine.reservations().resume(subject, quota, reservationId)));
  }

  /**
   * Reports the states of all quotas. Charges nothing.
   *
   * @param subject whose
   * @return the states, in the order of the policies
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot states(Subject subject) {
    return engine.decider().peek(engine.requests().states(subject));
  }

  /**
   * Reports the states of some quotas. Charges nothing.
   *
   * @param subject whose
   * @param quotas names of quotas
   * @return the states, in the order of the names
   * @throws IllegalArgumentException if a quota is unknown
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot states(Subject subject, Collection<String> quotas) {
    return engine.decider().peek(engine.requests().states(subject, quotas));
  }

  /**
   * Says whether a cost would be granted. Charges nothing.
   *
   * @param subject who would be charged
   * @param quota the quota's name
   * @param cost how much, zero or more; zero is always granted
   * @return the states of that one quota, about that cost
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     cost out of range
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot check(Subject subject, String quota, long cost) {
    return engine.decider().peek(engine.requests().check(subject, quota, cost));
  }

  /**
   * Refunds a charge to the windows it was taken from, in the store that counted it. Windows that
   * have ended or refilled since then get nothing. With 1 message a minute and 50 a day, a refund
   * after two minutes goes to the day and not to the minute. Only the first call for a receipt has
   * an effect.
   *
   * @param receipt what was taken
   * @return true if this call refunded something to at least one window; false if all of them have
   *     ended or refilled, which publishes no event
   * @throws dev.quota.store.QuotaStoreException if the store that it was taken from cannot answer
   */
  public boolean refund(Receipt receipt) {
    return runner.run(engine.charges().refund(receipt, "refund"));
  }

  /**
   * Releases the permits of a charge, because its work is over. It is the same as {@link
   * Receipt#close}, which fits into try-with-resources. A permit must be released. If the receipt
   * is lost, the permit is held until the receipt is garbage collected. If the receipt is kept, the
   * permit is held until the limit's {@code max-duration} has passed.
   *
   * @param receipt what was taken
   */
  public void finish(Receipt receipt) {
    receipt.close();
  }

  /**
   * Grants extra units on a calendar or session limit. They are used once, after the limit's own
   * capacity is used up. What is left of them expires.
   *
   * @param request who gets how many of what, until when, and why
   * @return the state afterwards
   * @throws IllegalArgumentException if the quota is unknown, if the named limit is not one of its
   *     calendar limits, or if it has no such limit
   * @throws IllegalStateException if the limit has too many grants that have not expired
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public QuotaState grant(GrantRequest request) {
    return runner.run(engine.grants().grant(request));
  }

  /**
   * Forgets what a subject has used of a quota on its own limits, so that they are full. Grants
   * keep what is left of them. Work that is running is not charged any more.
   *
   * @param subject whose
   * @param quota the quota's name
   * @param reason why, for listeners: up to 200 characters, and nothing secret
   * @return the state afterwards
   * @throws IllegalArgumentException if the quota is unknown
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public QuotaState reset(Subject subject, String quota, String reason) {
    return reset(subject, quota, Scope.USER, reason);
  }

  /**
   * Forgets what was used of a quota on one scope, such as what an organisation has used.
   *
   * @param subject whose, or one of those who share it
   * @param quota the quota's name
   * @param scope the scope whose limits are full afterwards
   * @param reason why, for listeners: up to 200 characters, and nothing secret
   * @return the state afterwards
   * @throws IllegalArgumentException if the quota is unknown or has no limit on that scope
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public QuotaState reset(Subject subject, String quota, Scope scope, String reason) {
    return runner.run(engine.grants().reset(subject, quota, scope, reason));
  }

  /**
   * Adds a quota that an endpoint defines in place. A quota of that name in the policy file or in
   * code takes precedence.
   *
   * @param policy the quota
   * @param where the place, for messages, such as a class name
   * @throws IllegalStateException if another place defines the name differently
   */
  public void define(QuotaPolicy policy, String where) {
    engine.policies().define(policy, where);
  }

  /**
   * Declares that a place of the application charges a quota. From now on {@link #replacePolicies}
   * refuses policies without that quota, and its message names the place. Adapters declare every
   * endpoint. Code that charges by name can declare it when it starts. A repeated call changes
   * nothing.
   *
   * @param quota the quota's name
   * @param where the place, for messages, such as a class name
   * @throws UnknownQuotaException if the policies in force lack the quota
   */
  public void declareUse(String quota, String where) {
    engine.declareUse(quota, where);
  }

  /**
   * Replaces the policies of {@link QuotasBuilder#policies}. Counts are kept. Changed capacities
   * apply at once, and to running work at its next growth. Definitions in code and in place stay.
   * With a {@link QuotasBuilder#policySource}, they stay until it has a new version.
   *
   * @param policies the new policies
   * @throws IllegalArgumentException if they contradict a definition that stays, lack a quota that
   *     is in use ({@link #declareUse}), or have limits that the store cannot count. The message
   *     names every such mistake, and nothing is changed
   */
  public void replacePolicies(Policies policies) {
    engine.policies().replace(policies);
  }

  /** {@return the version of the policies that this node uses, and why it uses no newer one} */
  public PolicyStatus policyStatus() {
    return engine.policyStatus();
  }

  /** {@return the status after the source of the policies was asked for a new version} */
  public PolicyStatus reloadPolicies() {
    engine.reloads().ifPresent(PolicyReloads::look);
    return engine.policyStatus();
  }

  /** {@return every policy in force, including those in code and in place} */
  public Policies policies() {
    return engine.policies().view().policies();
  }

  /**
   * {@return the policies that decide about a subject, while a version is rolled out}
   *
   * @param subject the subject; its plan does not matter
   */
  public Policies policies(Subject subject) {
    return engine.policies().view().policies(subject);
  }

  /**
   * {@return whether the store can do it. If not, calls that need it throw an {@link
   * UnsupportedOperationException} that names it}
   *
   * @param capability the in-process store and RedisQuotaStore have all
   */
  public boolean supports(StoreCapability capability) {
    return engine.capabilities().has(capability);
  }

  /** {@return whether the store can decide at the moment} */
  public StoreHealth health() {
    return engine.store().health();
  }

  /** {@return how many reservations of this node are open and not empty} */
  public int openReservations() {
    return engine.maintenance().openReservations();
  }

  /**
   * {@return how many charges of this node hold permits of limits at once. Reservations hold
   * permits too, see {@link #openReservations}}
   */
  public int openPermits() {
    return engine.maintenance().openPermits();
  }

  /**
   * Closes the engine and its store. Charges fail afterwards. Permits of open charges are released,
   * so that nobody waits for their lease. That takes at most a second. Open reservations keep their
   * estimate charged, and hold their permits until the lease ends, because another node may settle
   * them.
   */
  @Override
  public void close() {
    engine.close();
  }

  /** Returns the parts that this class shares with {@link AsyncQuotas}. */
  Engine engine() {
    return engine;
  }
}
