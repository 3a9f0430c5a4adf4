package dev.quota;

import dev.quota.policy.Plan;
import dev.quota.policy.Threshold;
import dev.quota.store.Accuracy;
import dev.quota.store.QuotaStoreException;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened to one quota of one subject. A charge of two quotas is two events. Values
 * are immutable and can be handed to other threads.
 *
 * <p>{@code toString} can be logged: it shows a digest instead of the subject's id. The events of a
 * decision refer to its {@link Receipt}. Copy what you need and do not keep the event, because a
 * receipt that is kept holds its permits.
 *
 * <p>Each kind says when it is published. Nothing is published twice. These are no events: reading
 * states, checking a cost, and repeating a charge under its idempotency key.
 */
public sealed interface QuotaEvent {

  /**
   * Returns whose quota it is.
   *
   * @return the subject; its {@code toString} shows a digest of the id
   */
  Subject subject();

  /**
   * Returns which quota it is.
   *
   * @return the quota's name
   */
  String quota();

  /**
   * Returns the plan whose capacities applied.
   *
   * @return the plan; empty if the policies know no plans
   */
  Optional<Plan> plan();

  /**
   * Returns by which version of the policies it happened.
   *
   * @return {@link dev.quota.policy.Policies#version}
   */
  String policyVersion();

  /**
   * Returns when it happened, on the clock of the store, or of this process if the store did not
   * answer.
   *
   * @return whole milliseconds
   */
  Instant at();

  /** An event after which the state of the quota is known. */
  sealed interface OfState extends QuotaEvent {

    /**
     * Returns the state of the quota.
     *
     * @return the state after the event; after a refusal, with the refused cost
     */
    QuotaState state();

    @Override
    default String quota() {
      return state().name();
    }

    @Override
    default Optional<Plan> plan() {
      return state().plan();
    }

    @Override
    default String policyVersion() {
      return state().policyVersion();
    }

    @Override
    default Instant at() {
      return state().now();
    }
  }

  /** The engine decided: {@link Charged}, {@link Reserved} or {@link Refused}. */
  sealed interface OfDecision extends OfState {

    /**
     * Returns the decision, which several quotas can share.
     *
     * @return the decision that the caller gets
     */
    Decision decision();

    /**
     * Returns the reason of the decision for this quota.
     *
     * @return the reason
     */
    Reason reason();

    /**
     * Returns the id of a refusal, which the HTTP answer names as {@code instance}.
     *
     * @return {@link Decision#refusalId}; empty if the work may start
     */
    default Optional<RefusalId> refusalId() {
      return decision().refusalId();
    }
  }

  /** The reason of a decision for one quota. The kind of the event says what was decided. */
  enum Reason {
    /** Every limit had room. A reservation with a minimum may have taken less than its estimate. */
    WITHIN_LIMITS,
    /** The plan limits nothing of the quota. */
    UNLIMITED,
    /**
     * A limit had no room, and will have some later. The quota's policy says whether this refuses,
     * degrades or is only observed.
     */
    LIMIT_REACHED,
    /** The cost is more than a limit's whole capacity. Waiting cannot help. */
    TOO_LARGE,
    /** The plan does not include the quota. Waiting cannot help. */
    NOT_IN_PLAN,
    /** The conversation has used all that one conversation may use. */
    CONVERSATION_SPENT,
    /** The conversation was passed on too often. */
    CONVERSATION_TOO_LONG,
    /** The store did not answer, and the policy decided without any count. */
    STORE_UNAVAILABLE
  }

  /**
   * A charge was allowed. If another quota is charged instead, there is also an event of the quota
   * that was short, with 0 units.
   *
   * @param subject who was charged
   * @param state the state afterwards
   * @param units how much was taken; 0 if the call runs degraded, or uncounted because the store
   *     did not answer
   * @param decision the decision
   * @param reason why
   */
  record Charged(
      Subject subject, QuotaState state, long units, Decision.Allowed decision, Reason reason)
      implements OfDecision {}

  /**
   * An estimate was taken.
   *
   * @param subject who was charged
   * @param state the state afterwards
   * @param units how much was taken; 0 if the work runs degraded, or uncounted because the store
   *     did not answer
   * @param decision the decision
   * @param reason why
   */
  record Reserved(
      Subject subject, QuotaState state, long units, Decision.Allowed decision, Reason reason)
      implements OfDecision {}

  /**
   * A charge or a reservation was refused by this quota. Quotas of the same decision that had room
   * have no event.
   *
   * @param subject who asked
   * @param state the state, with the refused cost
   * @param decision the decision
   * @param reason why
   */
  record Refused(Subject subject, QuotaState state, Decision decision, Reason reason)
      implements OfDecision {

    /**
     * Returns the id of the refusal, which all its quotas share.
     *
     * @return the value of {@link #refusalId}
     * @throws java.util.NoSuchElementException if the decision is no refusal; the engine never
     *     publishes such an event
     */
    public RefusalId id() {
      return refusalId().orElseThrow();
    }
  }

  /**
   * A running reservation took more than its estimate.
   *
   * @param subject who was charged
   * @param state the state afterwards
   * @param units how much was taken on top, at least 1
   */
  record ReservationGrown(Subject subject, QuotaState state, long units) implements OfState {}

  /**
   * A reservation that held something ended: it was settled, refunded or closed.
   *
   * @param subject who was charged
   * @param state the state afterwards
   * @param settled what became of its units
   */
  record ReservationSettled(Subject subject, QuotaState state, Settled settled)
      implements OfState {}

  /**
   * A charge crossed a threshold. Only one charge of all nodes has this event per window. A count
   * that is not exact has no such event, because the moment of the crossing is not known.
   *
   * @param subject who was charged
   * @param state the state afterwards
   * @param limit the limit of the threshold
   * @param threshold the threshold
   */
  record ThresholdCrossed(Subject subject, QuotaState state, LimitState limit, Threshold threshold)
      implements OfState {}

  /**
   * A charge or a reservation was allowed, and limits in shadow mode would have refused or degraded
   * it. It is published after the event of the decision.
   *
   * @param subject who was charged
   * @param state the state as if these limits were enforced, with the cost; a sentence of it is
   *     what the person would have read. Its level is {@link Level#EXHAUSTED} or {@link
   *     Level#DEGRADED}
   * @param decision the decision, which allowed it
   * @param reason why it would have been refused or degraded
   */
  record ShadowRefused(Subject subject, QuotaState state, Decision.Allowed decision, Reason reason)
      implements OfState {}

  /**
   * A charge crossed a threshold of a limit in shadow mode. Nobody was warned.
   *
   * @param subject who was charged
   * @param state the state as if the limit were enforced
   * @param limit the limit of the threshold
   * @param threshold the threshold
   */
  record ShadowThresholdCrossed(
      Subject subject, QuotaState state, LimitState limit, Threshold threshold)
      implements OfState {}

  /**
   * The store did not answer a charge or a reservation, and the policy decided instead. It is
   * published once for each quota that the store counts, before the events of the decision.
   *
   * @param subject who asked
   * @param state the state after the decision, {@link Accuracy#UNKNOWN} or {@link
   *     Accuracy#APPROXIMATE}
   * @param failure the failure, which says whether the store may have charged anyway
   */
  record StoreFailed(Subject subject, QuotaState state, QuotaStoreException failure)
      implements OfState {}

  /**
   * A charge was refunded to at least one of the windows it was taken from, or a reservation was
   * refunded. A reservation then has the event {@link ReservationSettled} too.
   *
   * @param subject who had been charged
   * @param quota the quota's name
   * @param units how much had been taken
   * @param plan the plan whose capacities held; empty if the policies know no plans
   * @param policyVersion the version of the policies
   * @param at when, in whole milliseconds
   */
  record Refunded(
      Subject subject,
      String quota,
      long units,
      Optional<Plan> plan,
      String policyVersion,
      Instant at)
      implements QuotaEvent {}

  /**
   * Extra units were granted. A grant that is repeated under its operation id is published again,
   * although it adds nothing.
   *
   * @param subject who has them now
   * @param state the state afterwards
   * @param units how many
   * @param reason why, in the words of whoever granted them
   */
  record Granted(Subject subject, QuotaState state, long units, String reason) implements OfState {}

  /**
   * The use of a subject was reset.
   *
   * @param subject whose
   * @param state the state afterwards
   * @param reason why, in the words of whoever did it
   */
  record Reset(Subject subject, QuotaState state, String reason) implements OfState {}
}
