package dev.quota.spi;

import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.Settled;
import dev.quota.Subject;
import dev.quota.policy.Threshold;

/**
 * Hears what the engine decides, on the thread that asked.
 *
 * <p>Implementations must be safe for use by several threads and return quickly. An exception they
 * throw is logged and changes no decision.
 */
public interface QuotaListener {

  /**
   * A charge went through.
   *
   * @param subject who was charged
   * @param state the state afterwards
   * @param units how much was taken; 0 where the call runs degraded, or uncounted because the store
   *     did not answer
   */
  default void onAllowed(Subject subject, QuotaState state, long units) {}

  /**
   * A charge crossed a threshold. Exactly one charge of all nodes hears it per window. Nothing is
   * heard of what is not counted exactly: nobody can say then that a threshold was crossed just
   * now.
   *
   * @param subject who was charged
   * @param state the state afterwards
   * @param limit the limit of the threshold
   * @param threshold the threshold
   */
  default void onThresholdCrossed(
      Subject subject, QuotaState state, LimitState limit, Threshold threshold) {}

  /**
   * A charge was refused.
   *
   * @param subject who asked
   * @param state the state of a quota that refused, with the refused cost
   */
  default void onDenied(Subject subject, QuotaState state) {}

  /**
   * The store did not answer a charge, and the policy decided instead. It is heard once for each
   * quota that the store was to count, before {@link #onAllowed} or {@link #onDenied}.
   *
   * @param subject who asked
   * @param state the state after the decision, {@link dev.quota.Accuracy#UNKNOWN} or {@link
   *     dev.quota.Accuracy#APPROXIMATE}
   * @param failure what the store said, and whether it may have charged all the same
   */
  default void onStoreFailure(Subject subject, QuotaState state, QuotaStoreException failure) {}

  /**
   * A charge was given back to at least one of the windows it was taken from.
   *
   * @param subject who had been charged
   * @param quota the quota's name
   * @param units how much had been taken
   */
  default void onGivenBack(Subject subject, String quota, long units) {}

  /**
   * An estimate was taken, or more of it.
   *
   * @param subject who was charged
   * @param state the state afterwards
   * @param units how much was taken; 0 where the work runs degraded, or uncounted because the store
   *     did not answer
   */
  default void onReserved(Subject subject, QuotaState state, long units) {}

  /**
   * A reservation ended, in whatever way: settled, given back, or kept as it was.
   *
   * @param subject who was charged
   * @param state the state afterwards
   * @param settled what became of its units
   */
  default void onSettled(Subject subject, QuotaState state, Settled settled) {}

  /**
   * Extra units were granted. A grant that is repeated under its operation id is heard again,
   * although it adds nothing.
   *
   * @param subject who has them now
   * @param state the state afterwards
   * @param units how many
   * @param reason why, in the words of whoever granted them
   */
  default void onGranted(Subject subject, QuotaState state, long units, String reason) {}

  /**
   * What a subject has used was forgotten on purpose.
   *
   * @param subject whose
   * @param state the state afterwards
   * @param reason why, in the words of whoever did it
   */
  default void onReset(Subject subject, QuotaState state, String reason) {}
}
