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
 * The engine: decides about charges and reports states. Instances are safe for use by several
 * threads.
 *
 * <p>A store that cannot answer is not an error: each quota is decided as its policy says ({@link
 * QuotaPolicy#onStoreFailure}), and states say how much is known ({@link QuotaState#accuracy}).
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
  private final Charges charges;
  private final AsyncQuotas async;

  Quotas(QuotasBuilder builder) {
    engine = Engine.of(builder);
    runner = engine.runner();
    charges = engine.charges();
    async = new AsyncQuotas(engine);
    if (engine.store().isRemote()) {
      EngineWarmUp.run(engine.store(), engine.policies().view());
    }
  }

  /**
   * Starts an engine.
   *
   * @return a builder, to be used by one thread
   */
  public static QuotasBuilder builder() {
    return new QuotasBuilder();
  }

  /**
   * Returns the same operations for callers who must not wait.
   *
   * @return operations with stages, about the same counts and policies
   */
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
    return charges.decided(runner.run(charges.charge(subject, quota, cost)));
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
    return this.charges.decided(runner.run(this.charges.charge(subject, charges)));
  }

  /**
   * Charges several quotas, all or none, and once: asked again under the same key, by the same
   * subject and about the same quotas, it takes nothing and answers as before. A refusal is not
   * remembered, and giving the charge back forgets the key.
   *
   * @param subject who is charged
   * @param charges what to take, at least one
   * @param once the key, and for how long it is remembered
   * @return the decision; {@link Decision.Allowed#isRepetition} says whether it is a repeated one,
   *     of which listeners hear nothing
   * @throws IllegalArgumentException if there is no charge, or a quota is unknown: {@link
   *     UnknownQuotaException}
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Decision charge(Subject subject, List<Charge> charges, Idempotency once) {
    return this.charges.decided(runner.run(this.charges.charge(subject, charges, once)));
  }

  /**
   * Charges what the first request of a conversation took, where that was left out until the
   * conversation went on: to the limits on the conversation alone, whether it fits or not, and once
   * for each conversation and quota. Nothing happens where no limit of the quota counts on
   * conversations. Listeners hear nothing: what it cost was told them before.
   *
   * @param subject who takes part, {@linkplain Subject.Builder#conversation in the conversation}
   * @param charge what was taken
   * @return the decision; {@link Accuracy#EXACT} in its states says that the store has counted it,
   *     now or before
   * @throws IllegalArgumentException if the subject takes part in no conversation, or the quota is
   *     unknown: {@link UnknownQuotaException}
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Decision chargeConversation(Subject subject, Charge charge) {
    return runner.run(charges.chargeConversation(subject, charge)).decision();
  }

  /**
   * Reserves an estimate of what work will use, to be settled when that is known. An estimate below
   * or above the policy's {@link QuotaPolicy#reservation bounds} is raised or cut to them. One that
   * is more than the plan can ever grant at once is cut to that, so that a generous estimate does
   * not shut a small plan out. What is left then is taken completely or refused.
   *
   * @param subject who is charged
   * @param quota the quota's name
   * @param estimate units, zero or more; where the policy's least is 0, zero holds nothing and goes
   *     through where the quota is spent, and what is used is charged afterwards
   * @return the reservation, also of a refusal: {@link Reservation#isAllowed}
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     estimate out of range
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Reservation reserve(Subject subject, String quota, long estimate) {
    return handle(engine.reservations().reserve(subject, quota, estimate, Caller::here));
  }

  /**
   * Reserves as much as there is, up to an estimate. With 300 left of 1,000, an estimate of 800 and
   * at least 100, it is 300: {@link Reservation#held} says so before the work begins, which can be
   * told to keep to it. Both are raised or cut to the policy's {@link QuotaPolicy#reservation
   * bounds}.
   *
   * @param request who is charged, for what, and between which amounts
   * @return the reservation, also of a refusal: {@link Reservation#isAllowed}
   * @throws UnknownQuotaException if the quota is unknown
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public Reservation reserve(ReserveRequest request) {
    return handle(engine.reservations().reserve(request, Caller::here));
  }

  private Reservation handle(Step<ReservationSteps> work) {
    return BlockingReservation.of(runner.run(work), runner, engine.maintenance());
  }

  /**
   * Returns a reservation that another node made, to settle it or give it back. What is used of it
   * is noted and does not grow it; the node that made it renews it for as long as it lives.
   *
   * @param subject who was charged, with the same plan and groups
   * @param quota what {@link Reservation#quota} said
   * @param reservationId what {@link Reservation#id} said on the node that reserved
   * @return the reservation; one that is over already says so when it is settled: {@link
   *     Settlement.Outcome#GONE}
   * @throws IllegalArgumentException if the quota is unknown, nothing of it is counted, or the id
   *     is none
   */
  public Reservation resume(Subject subject, String quota, String reservationId) {
    return handle(engine.reservations().resume(subject, quota, reservationId));
  }

  /**
   * Reports the states of all quotas. Costs nothing and creates nothing.
   *
   * @param subject whose
   * @return the states, in the order of the policies
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot states(Subject subject) {
    return engine.decider().peek(engine.questions().states(subject));
  }

  /**
   * Reports the states of some quotas. Costs nothing and creates nothing.
   *
   * @param subject whose
   * @param quotas names of quotas
   * @return the states, in the order of the names
   * @throws IllegalArgumentException if a quota is unknown
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot states(Subject subject, Collection<String> quotas) {
    return engine.decider().peek(engine.questions().states(subject, quotas));
  }

  /**
   * Says whether a cost would be granted. Costs nothing and creates nothing.
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
    return engine.decider().peek(engine.questions().check(subject, quota, cost));
  }

  /**
   * Gives a charge back to the windows it was taken from, in the store that counted it. What has
   * ended or drained since then is not given back: of 1 message a minute and 50 a day, taken two
   * minutes ago, the day gets it back and the minute does not. Only the first call for a receipt
   * has an effect.
   *
   * @param receipt what was taken
   * @return true if this call gave something back to at least one window; false if all of them have
   *     ended or drained, of which listeners hear nothing
   * @throws dev.quota.store.QuotaStoreException if the store that it was taken from cannot answer
   */
  public boolean refund(Receipt receipt) {
    return runner.run(charges.refund(receipt, "refund"));
  }

  /**
   * Says that the work of a charge is over, so that the permits that it holds of limits on how many
   * at once are free: the same as {@link Receipt#close}, which fits into try-with-resources. A
   * permit must be released; a charge whose receipt is dropped holds it until that is collected as
   * garbage, and one whose receipt is kept for ever until the limit's {@code max-duration}.
   *
   * @param receipt what was taken
   */
  public void finish(Receipt receipt) {
    receipt.close();
  }

  /**
   * Grants extra units on a calendar limit. They are spent after the limit's own allowance, once;
   * what is left of them when they expire is gone.
   *
   * @param request who gets how many of what, until when, and why
   * @return the state afterwards
   * @throws IllegalArgumentException if the quota is unknown, or the limit is none of its calendar
   *     limits; if none is named, if the quota has none
   * @throws IllegalStateException if the limit has too many grants that have not expired
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public QuotaState grant(GrantRequest request) {
    return runner.run(engine.grants().grant(request));
  }

  /**
   * Forgets what a subject has used of a quota on its own limits, so that they are full. Grants
   * keep what is left of them, and work that is running is not charged any more.
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
   * Says that a place of the application charges a quota, so that policies without that quota are
   * refused from now on ({@link #replacePolicies}), and the message names the place. The filter
   * says so for every endpoint; code that charges by name can say so when it starts. Saying it
   * again changes nothing.
   *
   * @param quota the quota's name
   * @param where the place, for messages, such as a class name
   * @throws UnknownQuotaException if the policies in force lack the quota
   */
  public void declareUse(String quota, String where) {
    engine.policies().declareUse(quota, where);
  }

  /**
   * Replaces the policies that were given as a whole. Counts are kept, changed capacities apply at
   * once, to work that runs with its next growth, and definitions in code and in place stay.
   *
   * @param policies the new policies
   * @throws IllegalArgumentException if they contradict a definition that stays, lack a quota that
   *     is in use ({@link #declareUse}), or have limits that the store cannot count: it says all of
   *     that, and nothing is changed
   */
  public void replacePolicies(Policies policies) {
    engine.policies().replace(policies);
  }

  /**
   * Returns every policy in force, those in code and in place included.
   *
   * @return the policies
   */
  public Policies policies() {
    return engine.policies().view().policies();
  }

  /**
   * Says whether the store of this engine can do something beyond counting. Calls that need what it
   * cannot do throw an {@link UnsupportedOperationException} that names the capability.
   *
   * @param capability what is needed
   * @return true if the store declares it; the one in this process and RedisQuotaStore have all
   */
  public boolean supports(StoreCapability capability) {
    return engine.capabilities().has(capability);
  }

  /**
   * Reports whether the store can decide at the moment.
   *
   * @return the store's health
   */
  public StoreHealth health() {
    return engine.store().health();
  }

  /**
   * Counts the reservations that are open on this node: not settled, refunded or closed yet. A
   * reservation that holds nothing is not counted.
   *
   * @return how many at this moment; it is counted at each call
   */
  public int openReservations() {
    return engine.maintenance().openReservations();
  }

  /**
   * Counts the charges of this node whose receipts hold permits of limits at once. Reservations
   * hold permits too, and are counted by {@link #openReservations}.
   *
   * @return how many at this moment; it is counted at each call
   */
  public int openPermits() {
    return engine.maintenance().openPermits();
  }

  /**
   * Closes the store. Charges fail afterwards. Permits of charges that are open are released, so
   * that nobody waits for their lease; that takes at most a second. Reservations that are open keep
   * their estimate charged, and their permits until the lease has passed: another node may settle
   * them.
   */
  @Override
  public void close() {
    engine.close();
  }

  /** Returns what stands behind both faces. */
  Engine engine() {
    return engine;
  }

  /** Returns what looks after open work, so that tests need not wait for it. */
  Maintenance maintenance() {
    return engine.maintenance();
  }
}
