package dev.quota;

import dev.quota.policy.Scope;
import dev.quota.store.StoreCapability;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The engine for callers that must not wait. It has the operations of {@link Quotas}, on the same
 * counts and policies, and returns stages. {@link Quotas#async} returns it. Thread-safe.
 *
 * <pre>{@code
 * quotas.async().charge(alice, "chat", 1).thenAccept(decision -> {
 *   if (decision.isAllowed()) {
 *     answer();
 *   }
 * });
 * }</pre>
 *
 * <p><b>Threads.</b> No method waits for a store that answers later, such as RedisQuotaStore. Its
 * stages complete on the thread that receives the reply; do not block there. The in-process store
 * answers at once: the stage is complete when the method returns, and everything has run on the
 * calling thread. A store without its own {@link dev.quota.spi.QuotaStore#executeAsync} also runs
 * on the calling thread, and blocks it. Listeners are called on the thread that completes the
 * stage, before it completes.
 *
 * <p><b>Errors.</b> Misuse throws at once, from the method: an unknown quota, an amount out of
 * range, something that the store does not support. A refusal is a value. If the store cannot
 * answer, or does not within {@link QuotasBuilder#storeTimeout}, the policies decide. In the latter
 * case the stage completes on a thread of the common pool. Where {@link Quotas} would throw {@link
 * dev.quota.store.QuotaStoreException}, the stage completes with that exception. A dependent stage
 * gets it as the cause of a {@link java.util.concurrent.CompletionException}.
 *
 * <p>Cancelling a stage refunds nothing, because the command has been sent. Only the receipt can
 * refund the charge. A reservation or a permit that nobody refers to ends when it is garbage
 * collected.
 */
public final class AsyncQuotas {

  private final Engine engine;

  AsyncQuotas(Engine engine) {
    this.engine = engine;
  }

  private <T> CompletionStage<T> start(Step<T> work) {
    return engine.runner().start(work);
  }

  /** Decides. The caller is found now, because the reply may come on any thread. */
  private CompletionStage<Decision> decided(Step<Decided> work) {
    Caller caller = engine.policies().view().hasPermits() ? Caller.here() : Caller.UNKNOWN;
    return engine
        .runner()
        .start(work.map(decided -> engine.charges().decided(decided, caller)), Observers.DECISION);
  }

  private CompletionStage<AsyncReservation> handle(Step<ReservationSteps> work) {
    return engine.runner().start(work.map(this::handle), Observers.HANDLE);
  }

  private AsyncReservation handle(ReservationSteps steps) {
    return NonBlockingReservation.of(steps, engine.runner(), engine.maintenance());
  }

  private Supplier<Caller> here() {
    Caller caller = engine.maintenance().caller();
    return () -> caller;
  }

  /**
   * Charges one quota, as {@link Quotas#charge(Subject, String, long)}.
   *
   * @param subject who is charged
   * @param quota the quota's name
   * @param cost how much, zero or more; zero is always allowed and counts nothing
   * @return completes with the decision
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     cost out of range
   */
  public CompletionStage<Decision> charge(Subject subject, String quota, long cost) {
    return decided(engine.charges().charge(subject, quota, cost));
  }

  /**
   * Charges several quotas, all or none, as {@link Quotas#charge(Subject, List)}.
   *
   * @param subject who is charged
   * @param charges what to take, at least one
   * @return completes with the decision
   * @throws IllegalArgumentException if there is no charge, or a quota is unknown: {@link
   *     UnknownQuotaException}
   */
  public CompletionStage<Decision> charge(Subject subject, List<Charge> charges) {
    return decided(engine.charges().charge(subject, charges));
  }

  /**
   * Charges several quotas, all or none, and once, as {@link Quotas#charge(Subject, List,
   * Idempotency)}.
   *
   * @param subject who is charged
   * @param charges what to take, at least one
   * @param once the key, and for how long it is remembered
   * @return completes with the decision; {@link Decision.Allowed#isRepetition} says whether it is a
   *     repeated one
   * @throws IllegalArgumentException if there is no charge, or a quota is unknown: {@link
   *     UnknownQuotaException}
   * @throws UnsupportedOperationException if the store has not {@link StoreCapability#IDEMPOTENCY}
   */
  public CompletionStage<Decision> charge(Subject subject, List<Charge> charges, Idempotency once) {
    return decided(engine.charges().charge(subject, charges, once));
  }

  /**
   * Charges what the first request of a conversation took, as {@link Quotas#chargeConversation}.
   *
   * @param subject who takes part, {@linkplain Subject.Builder#conversation in the conversation}
   * @param charge what was taken
   * @return completes with the decision
   * @throws IllegalArgumentException if the subject takes part in no conversation, or the quota is
   *     unknown: {@link UnknownQuotaException}
   * @throws UnsupportedOperationException if the store has not {@link StoreCapability#IDEMPOTENCY}
   */
  public CompletionStage<Decision> chargeConversation(Subject subject, Charge charge) {
    return engine
        .runner()
        .start(
            engine.charges().chargeConversation(subject, charge).map(Decided::decision),
            Observers.DECISION);
  }

  /**
   * Reserves an estimate of what work will use, as {@link Quotas#reserve(Subject, String, long)}.
   *
   * @param subject who is charged
   * @param quota the quota's name
   * @param estimate units, zero or more
   * @return completes with the reservation, even if it is refused: {@link
   *     AsyncReservation#isAllowed}
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     estimate out of range
   * @throws UnsupportedOperationException if the store has not {@link StoreCapability#RESERVATIONS}
   */
  public CompletionStage<AsyncReservation> reserve(Subject subject, String quota, long estimate) {
    return handle(engine.reservations().reserve(subject, quota, estimate, here()));
  }

  /**
   * Reserves as much as there is, up to an estimate, as {@link Quotas#reserve(ReserveRequest)}.
   *
   * @param request who is charged, for what, and between which amounts
   * @return completes with the reservation, even if it is refused: {@link
   *     AsyncReservation#isAllowed}
   * @throws UnknownQuotaException if the quota is unknown
   * @throws UnsupportedOperationException if the store has not {@link StoreCapability#RESERVATIONS}
   */
  public CompletionStage<AsyncReservation> reserve(ReserveRequest request) {
    return handle(engine.reservations().reserve(request, here()));
  }

  /**
   * Finds a reservation that another node made, as {@link Quotas#resume}.
   *
   * @param subject who was charged, with the same plan and groups
   * @param quota what {@link Reservation#quota} said
   * @param reservationId what {@link Reservation#id} said on the node that reserved
   * @return completes with the reservation; if it is over already, settling it returns {@link
   *     Settlement.Outcome#GONE}
   * @throws IllegalArgumentException if the quota is unknown, if no store counts it, or if the id
   *     is malformed
   * @throws UnsupportedOperationException if the store has not {@link StoreCapability#RESERVATIONS}
   */
  public CompletionStage<AsyncReservation> resume(
      Subject subject, String quota, String reservationId) {
    return start(engine.reservations().resume(subject, quota, reservationId).map(this::handle));
  }

  /**
   * Reports the states of all quotas, as {@link Quotas#states(Subject)}.
   *
   * @param subject whose
   * @return completes with the states, in the order of the policies
   */
  public CompletionStage<QuotaSnapshot> states(Subject subject) {
    return start(engine.decider().states(engine.requests().states(subject)));
  }

  /**
   * Reports the states of some quotas, as {@link Quotas#states(Subject, Collection)}.
   *
   * @param subject whose
   * @param names names of quotas
   * @return completes with the states, in the order of the names
   * @throws UnknownQuotaException if a quota is unknown
   */
  public CompletionStage<QuotaSnapshot> states(Subject subject, Collection<String> names) {
    return start(engine.decider().states(engine.requests().states(subject, names)));
  }

  /**
   * Says whether a cost would be granted, as {@link Quotas#check}.
   *
   * @param subject who would be charged
   * @param quota the quota's name
   * @param cost how much, zero or more; zero is always granted
   * @return completes with the states of that one quota, about that cost
   * @throws IllegalArgumentException if the quota is unknown ({@link UnknownQuotaException}) or the
   *     cost out of range
   */
  public CompletionStage<QuotaSnapshot> check(Subject subject, String quota, long cost) {
    return start(engine.decider().states(engine.requests().check(subject, quota, cost)));
  }

  /**
   * Refunds a charge to the windows it was taken from, as {@link Quotas#refund}. Only the first
   * call for a receipt has an effect.
   *
   * @param receipt what was taken
   * @return completes with true if this call refunded something to at least one window; with a
   *     {@link dev.quota.store.QuotaStoreException} if the store that it was taken from cannot
   *     answer
   * @throws UnsupportedOperationException if the store has not {@link StoreCapability#REFUNDS}
   */
  public CompletionStage<Boolean> refund(Receipt receipt) {
    return start(engine.charges().refund(receipt, "refund"));
  }

  /**
   * Releases the permits of a charge, because its work is over, as {@link Quotas#finish}.
   *
   * @param receipt what was taken
   * @return completes when the store has answered, or when another try is planned in the
   *     background; a failure of the store does not fail the stage
   */
  public CompletionStage<Void> finish(Receipt receipt) {
    return StepRunner.whenOver(receipt.closeLater());
  }

  /**
   * Grants extra units on a calendar or session limit, as {@link Quotas#grant}.
   *
   * @param request who gets how many of what, until when, and why
   * @return completes with the state afterwards; with an {@link IllegalStateException} if the limit
   *     has too many grants that have not expired
   * @throws IllegalArgumentException if the quota is unknown, if the named limit is not one of its
   *     calendar limits, or if it has no such limit
   * @throws UnsupportedOperationException if the store has not {@link StoreCapability#GRANTS}
   */
  public CompletionStage<QuotaState> grant(GrantRequest request) {
    return start(engine.grants().grant(request));
  }

  /**
   * Forgets what a subject has used of a quota on its own limits, as {@link Quotas#reset(Subject,
   * String, String)}.
   *
   * @param subject whose
   * @param quota the quota's name
   * @param reason why, for listeners: up to 200 characters, and nothing secret
   * @return completes with the state afterwards
   * @throws IllegalArgumentException if the quota is unknown
   * @throws UnsupportedOperationException if the store has not {@link StoreCapability#RESETS}
   */
  public CompletionStage<QuotaState> reset(Subject subject, String quota, String reason) {
    return reset(subject, quota, Scope.USER, reason);
  }

  /**
   * Forgets what was used of a quota on one scope, as {@link Quotas#reset(Subject, String, Scope,
   * String)}.
   *
   * @param subject whose, or one of those who share it
   * @param quota the quota's name
   * @param scope the scope whose limits are full afterwards
   * @param reason why, for listeners: up to 200 characters, and nothing secret
   * @return completes with the state afterwards
   * @throws IllegalArgumentException if the quota is unknown or has no limit on that scope
   * @throws UnsupportedOperationException if the store has not {@link StoreCapability#RESETS}
   */
  public CompletionStage<QuotaState> reset(
      Subject subject, String quota, Scope scope, String reason) {
    return start(engine.grants().reset(subject, quota, scope, reason));
  }
}
