package dev.quota.models;

import dev.quota.AsyncReservation;
import dev.quota.Decision;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
 */
public final class ModelCall {

  private final ModelCalls calls;
  private final Subject subject;
  private final Optional<String> model;
  private final AsyncReservation reservation;
  private final RunBudget budget;

  // Guarded by this.
  private final CallRounds rounds;
  private @Nullable CompletionStage<Settlement> ending;

  private volatile boolean isSpent;

  ModelCall(
      ModelCalls calls,
      Subject subject,
      Optional<String> asked,
      Optional<String> degradedModel,
      UsageReport atMost,
      long estimate,
      AsyncReservation reservation) {
    this.calls = calls;
    this.subject = subject;
    this.model = reservation.isDegraded() ? degradedModel : asked;
    this.reservation = reservation;
    this.budget = calls.finishNote().isEmpty() ? RunBudget.unknown() : RunBudget.of(reservation);
    this.rounds =
        new CallRounds(
            model,
            atMost.outputTokens(),
            new RoundCosts(calls, reservation.quota(), model.or(() -> asked), estimate));
  }

  /** {@return the decision of the quota, with the states after it} */
  public Decision decision() {
    return reservation.decision();
  }

  /**
   * Returns whether the model may be asked.
   *
   * @return true if the decision is {@link Decision.Allowed}
   */
  public boolean isAllowed() {
    return reservation.isAllowed();
  }

  /**
   * Returns whether a smaller model answers, because the quota was exhausted.
   *
   * @return true if {@link #model} is not the one that was asked for
   */
  public boolean isDegraded() {
    return reservation.isDegraded();
  }

  /**
   * Returns the model that must answer.
   *
   * @return the one that was asked for, or the policy's {@link QuotaPolicy#degradedModel}; empty if
   *     none was named
   */
  public Optional<String> model() {
    return model;
  }

  /** {@return the quota that is charged: the one that was asked for, or the one it degrades to} */
  public String quota() {
    return reservation.quota();
  }

  /**
   * Returns whether the call continues beyond a limit, within its grace.
   *
   * @return true if it does; computed without the store
   */
  public boolean isInGrace() {
    return reservation.isInGrace();
  }

  /**
   * Returns whether the use of the call so far is beyond the limits and their grace.
   *
   * @return true if no further round may begin, and a stream should stop
   */
  public boolean isSpent() {
    return isSpent;
  }

  /**
   * Returns what to add to the system prompt of the next round, because 90 % of what the run may
   * use is used. A run is this call, or the conversation that it belongs to.
   *
   * @return the text of {@link ModelCalls.Builder#finishNote}; empty if there is none, or if less
   *     is used
   */
  public synchronized Optional<String> finishNote() {
    return calls.finishNote().filter(it -> isAllowed() && budget.isNearlyUsed(rounds.cost()));
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
    synchronized (this) {
      if (!isAllowed() || ending != null) {
        throw new IllegalStateException("the call must be allowed and not over");
      }
      rounds.begin(inputTokens);
      isFirst = rounds.isFirst();
      use = rounds.cost();
    }
    return reservation
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

  /** Removes a round whose request was not sent. */
  private synchronized void forget() {
    isSpent = true;
    rounds.forget();
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
    long use;
    synchronized (this) {
      if (ending != null || !rounds.output(text)) {
        return !isSpent;
      }
      use = rounds.cost();
    }
    reportUse(use);
    return !isSpent;
  }

  /**
   * Sets the use of the round so far, as the provider reports it. The largest total is used.
   *
   * @param soFar the round's use since it began, not since the last report
   */
  public synchronized void report(UsageReport soFar) {
    rounds.report(soFar);
  }

  /**
   * Ends a round that was answered to its end.
   *
   * @param used the use that the provider reports. If it is empty and {@link #report} was not
   *     called, the estimate is used
   */
  public void endRound(Optional<UsageReport> used) {
    long use;
    synchronized (this) {
      if (ending != null || !rounds.isRunning()) {
        return;
      }
      rounds.end(used);
      use = rounds.cost();
    }
    reportUse(use);
  }

  /** Not under the monitor, because a store may take its time. */
  private void reportUse(long use) {
    try {
      var unused =
          reservation
              .used(use)
              .thenAccept(
                  mayGoOn -> {
                    if (!mayGoOn) {
                      isSpent = true;
                    }
                  });
    } catch (IllegalStateException e) {
      // Another thread has ended the call meanwhile.
      isSpent = true;
    }
  }

  /**
   * Settles a call that was answered. A round that still runs counts as complete. A call without a
   * round costs nothing.
   *
   * @return completes with the settlement
   */
  public CompletionStage<Settlement> end() {
    return settleOnce(() -> rounds.end(Optional.empty()));
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
  public synchronized void failRound(Throwable thrown) {
    if (ending == null) {
      rounds.fail(thrown);
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
    UsageReport.Builder next = UsageReport.builder().inputTokens(inputTokens);
    model.ifPresent(next::model);
    long cost = Math.max(1, rounds.costOf(next.build()));
    return calls
        .quotas()
        .async()
        .charge(subject, quota(), cost)
        .thenCompose(
            decision ->
                decision instanceof Decision.Allowed allowed
                    ? calls
                        .quotas()
                        .async()
                        .refund(allowed.receipt())
                        .thenApply(it -> Optional.empty())
                    : CompletableFuture.completedFuture(Optional.of(decision)));
  }

  private CompletionStage<Settlement> settleOnce(Runnable lastRound) {
    CompletableFuture<Settlement> settled;
    long cost;
    synchronized (this) {
      if (ending != null) {
        return ending;
      }
      lastRound.run();
      cost = rounds.settle();
      settled = new CompletableFuture<>();
      ending = settled;
    }
    var unused =
        reservation
            .settle(cost)
            .whenComplete(
                (settlement, failure) -> {
                  if (failure == null) {
                    settled.complete(settlement);
                  } else {
                    settled.completeExceptionally(failure);
                  }
                });
    return settled;
  }
}
