package dev.quota;

import dev.quota.store.Accuracy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** The answer to a charge. A refusal is a value, not an exception. Values are immutable. */
public sealed interface Decision {

  /**
   * Returns the states of the quotas that were asked, after the decision.
   *
   * @return the snapshot
   */
  QuotaSnapshot states();

  /**
   * Returns whether the work may start.
   *
   * @return true for {@link Allowed}
   */
  default boolean isAllowed() {
    return this instanceof Allowed;
  }

  /**
   * Returns the id of a refusal. Events have it, and the HTTP answer has it as {@code instance}.
   *
   * @return the id; empty for {@link Allowed}
   */
  default Optional<RefusalId> refusalId() {
    return Optional.empty();
  }

  /**
   * The work may start. The units were taken, or the policy allows the work without that because
   * the store is away or the quota is short.
   *
   * @param states the states afterwards
   * @param receipt what was taken; close it when the work is over, or refund it
   */
  record Allowed(QuotaSnapshot states, Receipt receipt) implements Decision {

    /**
     * Checks that nothing is null.
     *
     * @param states the component
     * @param receipt the component
     */
    public Allowed {
      Objects.requireNonNull(states, "states");
      Objects.requireNonNull(receipt, "receipt");
    }

    /**
     * Returns whether the work must run in its reduced form. A quota was short, and its policy
     * degrades.
     *
     * @return true if nothing was taken of at least one quota
     */
    public boolean isDegraded() {
      return receipt.isDegraded();
    }

    /**
     * Returns whether the charge had been made before, under the same idempotency key.
     *
     * @return true if nothing was taken this time
     */
    public boolean isRepetition() {
      return receipt.isRepetition();
    }
  }

  /**
   * It does not fit now, but it will fit later. Nothing was taken.
   *
   * @param states the states, with the refused costs
   * @param retryAfter how long until all of it fits, in whole milliseconds, if nothing else is
   *     used. Waiting exactly that long succeeds, and a millisecond less fails. If somebody else
   *     must first release a permit, it is a guess of a few seconds
   * @param id names this refusal
   */
  record Denied(QuotaSnapshot states, Duration retryAfter, RefusalId id) implements Decision {

    /**
     * Checks that nothing is null.
     *
     * @param states the component
     * @param retryAfter the component
     * @param id the component
     */
    public Denied {
      Objects.requireNonNull(states, "states");
      Objects.requireNonNull(retryAfter, "retryAfter");
      Objects.requireNonNull(id, "id");
    }

    /**
     * Creates a refusal with an id of its own.
     *
     * @param states the component
     * @param retryAfter the component
     */
    public Denied(QuotaSnapshot states, Duration retryAfter) {
      this(states, retryAfter, new RefusalId());
    }

    @Override
    public Optional<RefusalId> refusalId() {
      return Optional.of(id);
    }
  }

  /**
   * Waiting cannot help. Nothing was taken.
   *
   * @param states the states, with the refused costs
   * @param reason why not
   * @param id names this refusal
   */
  record NeverFits(QuotaSnapshot states, Reason reason, RefusalId id) implements Decision {

    /** Why a charge can never be granted. */
    public enum Reason {
      /** The cost is more than a limit's whole capacity. */
      TOO_LARGE,
      /** The capacity is 0: the subject's plan does not include this. */
      NOT_IN_PLAN,
      /**
       * The conversation has used all that one conversation may use. A new conversation can go on.
       */
      CONVERSATION_SPENT,
      /**
       * The conversation was passed on too often, for instance by agents that call each other in a
       * circle.
       */
      CONVERSATION_TOO_LONG
    }

    /**
     * Checks that nothing is null.
     *
     * @param states the component
     * @param reason the component
     * @param id the component
     */
    public NeverFits {
      Objects.requireNonNull(states, "states");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(id, "id");
    }

    /**
     * Creates a refusal with an id of its own.
     *
     * @param states the component
     * @param reason the component
     */
    public NeverFits(QuotaSnapshot states, Reason reason) {
      this(states, reason, new RefusalId());
    }

    @Override
    public Optional<RefusalId> refusalId() {
      return Optional.of(id);
    }
  }

  /**
   * The store cannot answer, and a policy allows nothing without it. As far as is known, nothing
   * was charged.
   *
   * @param states the states, with the refused costs; those of the quotas that refuse are {@link
   *     Accuracy#UNKNOWN}
   * @param retryAfter a few seconds, different for each refusal. It is a guess: the store may still
   *     be away then
   * @param id names this refusal
   */
  record Unavailable(QuotaSnapshot states, Duration retryAfter, RefusalId id) implements Decision {

    /**
     * Checks that nothing is null.
     *
     * @param states the component
     * @param retryAfter the component
     * @param id the component
     */
    public Unavailable {
      Objects.requireNonNull(states, "states");
      Objects.requireNonNull(retryAfter, "retryAfter");
      Objects.requireNonNull(id, "id");
    }

    /**
     * Creates a refusal with an id of its own.
     *
     * @param states the component
     * @param retryAfter the component
     */
    public Unavailable(QuotaSnapshot states, Duration retryAfter) {
      this(states, retryAfter, new RefusalId());
    }

    @Override
    public Optional<RefusalId> refusalId() {
      return Optional.of(id);
    }
  }
}
