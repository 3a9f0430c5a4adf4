package dev.quota.models;

import dev.quota.Decision;
import dev.quota.Settlement;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A reservation for one call of a model with all its rounds. A round is one request to the model.
 * Another round begins when the model is asked again with the results of its tools. Every end
 * settles the reservation to the sum of all rounds. Thread-safe.
 *
 * <pre>{@code
 * if (ModelCalls.await(call.beginRound(1_200))) {
 *   while (stream.hasNext() && call.output(stream.next())) {
 *     ...
 *   }
 *   call.endRound(Optional.of(reportOf(stream)));
 * }
 * call.end();
 * }</pre>
 *
 * <p>Call one of {@link #end}, {@link #fail} and {@link #cancel}. Only the first call has an
 * effect. None of them throws because of numbers of a provider.
 *
 * <p>One call has one round at a time. Work that asks models at the same time, such as sub-agents
 * in several threads, needs a {@link #branch} for each.
 */
public final class ModelCall {

  /** How many tokens of a stream are delivered between two computations of their cost. */
  private static final int STEP_TOKENS = 16;

  private final ModelRun run;
  private final boolean isBranch;

  // Guarded by the run.
  private @Nullable ModelRound round;
  private long lookAt;
  private boolean isOver;

  ModelCall(ModelRun run) {
    this(run, false);
  }

  private ModelCall(ModelRun run, boolean isBranch) {
    this.run = run;
    this.isBranch = isBranch;
    run.join(this);
  }

  /**
   * Begins a part of this call that has rounds of its own, at the same time as others. All branches
   * are paid by the one reservation. It is settled when this call and its last branch are over.
   *
   * @return the branch, which must be ended like a call; empty if this call was refused or is over
   */
  public Optional<ModelCall> branch() {
    synchronized (run) {
      return isAllowed() && !isOver ? Optional.of(new ModelCall(run, true)) : Optional.empty();
    }
  }

  /**
   * Returns whether this is a {@link #branch} of a call.
   *
   * @return true if another call or branch may still be open, so that nobody should wait for the
   *     settlement
   */
  public boolean isBranch() {
    return isBranch;
  }

  /**
   * Returns whether branches of this call are open.
   *
   * @return true if the end of this call does not settle it yet
   */
  public boolean hasOpenBranches() {
    synchronized (run) {
      return run.open().size() > (isOver ? 0 : 1);
    }
  }

  /** {@return the decision of the quota, with the states after it} */
  public Decision decision() {
    return run.reservation().decision();
  }

  /**
   * Returns whether the model may be asked.
   *
   * @return true if the decision is {@link Decision.Allowed}
   */
  public boolean isAllowed() {
    return run.reservation().isAllowed();
  }

  /**
   * Returns whether a smaller model answers, because the quota was exhausted.
   *
   * @return true if {@link #model} is not the one that was asked for
   */
  public boolean isDegraded() {
    return run.reservation().isDegraded();
  }

  /**
   * Returns the model that must answer.
   *
   * @return the one that was asked for, or the policy's {@link QuotaPolicy#degradedModel}; empty if
   *     none was named
   */
  public Optional<String> model() {
    return run.model();
  }

  /** {@return the quota that is charged: the one that was asked for, or the one it degrades to} */
  public String quota() {
    return run.reservation().quota();
  }

  /**
   * Returns whether the call continues beyond a limit, within its grace.
   *
   * @return true if it does; computed without the store
   */
  public boolean isInGrace() {
    return run.reservation().isInGrace();
  }

  /**
   * Returns whether the use of the call so far is beyond the limits and their grace.
   *
   * @return true if no further round may begin, and a stream should stop
   */
  public boolean isSpent() {
    return run.isSpent();
  }

  /**
   * Returns what to add to the system prompt of the next round, because 90 % of what the run may
   * use is used. A run is this call, or the conversation that it belongs to.
   *
   * @return the text of {@link ModelCalls.Builder#finishNote}; empty if there is none, or if less
   *     is used
   */
  public Optional<String> finishNote() {
    Optional<String> note = run.finishNote();
    if (note.isEmpty() || !isAllowed()) {
      return Optional.empty();
    }
    synchronized (run) {
      return run.isNearlyUsed() ? note : Optional.empty();
    }
  }

  /**
   * Begins a round, before the model is asked. Its input is counted from now on.
   *
   * @param inputTokens about how many tokens are sent, zero or more
   * @return completes with false if the limits and their grace are used up, so that the model must
   *     not be asked again; {@link #refusal} says why. The first round of a call that was allowed
   *     may always begin
   * @throws IllegalStateException if the call was refused or is over
   */
  public CompletionStage<Boolean> beginRound(long inputTokens) {
    boolean isFirst;
    long use;
    synchronized (run) {
      requireOpen();
      endRunning(Optional.empty());
      round = run.begin(inputTokens);
      lookAt = STEP_TOKENS;
      isFirst = run.rounds() == 1;
      use = run.cost();
    }
    return run.reservation()
        .used(use)
        .thenApply(
            mayGoOn -> {
              boolean begins = mayGoOn || isFirst;
              if (!begins) {
                forget();
              }
              return begins;
            });
  }

  private void requireOpen() {
    if (!isAllowed() || isOver) {
      throw new IllegalStateException("the call must be allowed and not over");
    }
  }

  /** Removes a round whose request was not sent. */
  private void forget() {
    synchronized (run) {
      run.spend();
      run.forgetRound();
      round = null;
    }
  }

  /**
   * Counts a part of a streamed answer. It never waits. It does not call the store while the
   * estimate covers the use.
   *
   * @param text of the part, which may be empty
   * @return true if the stream may go on; false if the limits and their grace are used up, so that
   *     it should stop and keep the text so far
   */
  public boolean output(CharSequence text) {
    if (text.length() == 0) {
      return !isSpent();
    }
    long use;
    synchronized (run) {
      ModelRound running = round;
      if (running == null || isOver) {
        return !isSpent();
      }
      long counted = running.output(text);
      if (counted < lookAt) {
        return !isSpent();
      }
      lookAt = counted + STEP_TOKENS;
      use = run.cost();
    }
    run.reportUse(use);
    return !isSpent();
  }

  /**
   * Sets the use of the round so far, as the provider reports it. The largest total is used.
   *
   * @param soFar the round's use since it began, not since the last report
   */
  public void report(UsageReport soFar) {
    synchronized (run) {
      if (round != null) {
        round.report(soFar);
      }
    }
  }

  /**
   * Ends a round that was answered to its end.
   *
   * @param used the use that the provider reports. If it is empty and {@link #report} was not
   *     called, the estimate is used
   */
  public void endRound(Optional<UsageReport> used) {
    long use;
    synchronized (run) {
      if (isOver || round == null) {
        return;
      }
      endRunning(used);
      use = run.cost();
    }
    run.reportUse(use);
  }

  /**
   * Ends a round that was answered to its end, by a model that does not report its use. If the
   * policy does not name the number by which such models are billed, the estimate is used where it
   * is more, unless the report has input and output tokens. The estimate is also used if the
   * policy's formula gives zero, unless the model is free.
   *
   * @param counted what the application counted instead
   * @param billed the name of the number by which such models are billed, as in {@code
   *     usage-names}: for example {@code characters} of a text that is spoken
   */
  public void endCountedRound(UsageReport counted, String billed) {
    long use;
    synchronized (run) {
      if (isOver || round == null) {
        return;
      }
      run.addCounted(counted, billed);
      round = null;
      use = run.cost();
    }
    run.reportUse(use);
  }

  /**
   * Returns whether a part of an answer was delivered.
   *
   * @return true if the round that runs has output, or a round has ended
   */
  public boolean hasOutput() {
    synchronized (run) {
      return (round != null && round.hasOutput()) || (round == null && run.rounds() > 0);
    }
  }

  private void endRunning(Optional<UsageReport> used) {
    ModelRound running = round;
    if (running != null) {
      used.ifPresent(running::report);
      run.addComplete(running);
      round = null;
    }
  }

  /** The use of the round that runs; null if there is none. */
  @Nullable ModelRound running() {
    return round;
  }

  /** What guards this call. It is not held while a store is asked. */
  Object lock() {
    return run;
  }

  /**
   * Settles a call that was answered. A round that still runs counts as complete. A call without a
   * round costs nothing.
   *
   * @return completes with the settlement, when all branches are over too
   */
  public CompletionStage<Settlement> end() {
    return settleOnce(() -> endRunning(Optional.empty()));
  }

  /**
   * Settles a call whose reader has left, to its use so far.
   *
   * @return completes with the settlement
   */
  public CompletionStage<Settlement> cancel() {
    return settleOnce(() -> {});
  }

  /**
   * Settles a call that failed: to the rounds that were answered, and to the part of the failed
   * round that was delivered. A round that failed before it delivered anything costs nothing,
   * because providers do not charge for it. After a timeout the provider may have answered, so the
   * estimate is used.
   *
   * @param thrown why it failed
   * @return completes with the settlement
   */
  public CompletionStage<Settlement> fail(Throwable thrown) {
    return settleOnce(() -> failRound(thrown));
  }

  /**
   * Ends a round that failed, of a call that may continue with another round. The cost is that of
   * {@link #fail}.
   *
   * @param thrown why it failed
   */
  public void failRound(Throwable thrown) {
    synchronized (run) {
      ModelRound failed = round;
      if (!isOver && failed != null) {
        run.addFailed(failed, thrown);
        round = null;
      }
    }
  }

  /**
   * Asks the quota why no further round may begin.
   *
   * @param inputTokens the tokens that the round would send
   * @return completes with a refusal; empty if the round fits now, for example because a window has
   *     ended
   */
  public CompletionStage<Optional<Decision>> refusal(long inputTokens) {
    return run.refusal(inputTokens);
  }

  private CompletionStage<Settlement> settleOnce(Runnable lastRound) {
    OptionalLong cost;
    synchronized (run) {
      if (isOver) {
        return run.settled();
      }
      lastRound.run();
      cost = run.leave(this);
      isOver = true;
      round = null;
    }
    cost.ifPresent(run::settle);
    return run.settled();
  }
}
