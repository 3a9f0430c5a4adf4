package dev.quota.models;

import dev.quota.AsyncReservation;
import dev.quota.Decision;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.models.internal.FaultLog;
import dev.quota.models.internal.UsageFault;
import dev.quota.policy.Capacity;
import dev.quota.usage.UsageReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a call and its branches share: one reservation, and the use of all rounds. Its monitor
 * guards it, and is not held while a store is asked.
 */
final class ModelRun {

  private final ModelCalls calls;
  private final Subject subject;
  private final Optional<String> model;
  private final UsageReport atMost;
  private final AsyncReservation reservation;
  private final RunBudget budget;
  private final CompletableFuture<Settlement> settled = new CompletableFuture<>();
  private volatile boolean isSpent;

  // Guarded by this.
  private final RoundCosts costs;
  private final List<ModelCall> open = new ArrayList<>(1);
  private int rounds;

  ModelRun(
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
    this.atMost = atMost;
    this.reservation = reservation;
    this.budget = calls.finishNote().isEmpty() ? RunBudget.unknown() : RunBudget.of(reservation);
    this.costs = new RoundCosts(calls, reservation.quota(), model.or(() -> asked), estimate);
  }

  AsyncReservation reservation() {
    return reservation;
  }

  Optional<String> model() {
    return model;
  }

  Optional<String> finishNote() {
    return calls.finishNote();
  }

  boolean isNearlyUsed() {
    return budget.isNearlyUsed(cost());
  }

  boolean isSpent() {
    return isSpent;
  }

  void spend() {
    isSpent = true;
  }

  List<ModelCall> open() {
    return open;
  }

  synchronized void join(ModelCall call) {
    open.add(call);
  }

  /** Removes a call; returns the cost of all if it was the last one. */
  OptionalLong leave(ModelCall call) {
    OptionalLong cost =
        open.size() > 1 ? OptionalLong.empty() : OptionalLong.of(rounds == 0 ? 0 : cost());
    if (cost.isEmpty()) {
      // What was delivered of a round that was cut.
      ModelRound cut = call.running();
      if (cut != null) {
        costs.add(cut.soFar());
      }
    }
    open.remove(call);
    return cost;
  }

  int rounds() {
    return rounds;
  }

  ModelRound begin(long inputTokens) {
    rounds++;
    return new ModelRound(
        model, Math.min(inputTokens, Capacity.MAX_UNITS), TokenEstimator.characters());
  }

  void forgetRound() {
    rounds--;
  }

  void addComplete(ModelRound round) {
    if (round.isReported()) {
      costs.add(complete(round));
      return;
    }
    FaultLog.SHARED.add(UsageFault.Kind.MISSING);
    costs.addUnreported(complete(round), atMost.outputTokens() > 0);
  }

  void addCounted(UsageReport counted, String billed) {
    costs.addCounted(counted, billed);
  }

  void addFailed(ModelRound round, Throwable thrown) {
    if (round.hasOutput()) {
      costs.add(round.soFar());
    } else if (Interruptions.isTooLate(thrown)) {
      costs.addUnreported(complete(round), atMost.outputTokens() > 0);
    } else {
      rounds--;
    }
  }

  private UsageReport complete(ModelRound round) {
    return round.complete(OptionalLong.of(atMost.outputTokens()));
  }

  /** Returns the cost of all rounds, including those that run. */
  long cost() {
    Optional<UsageReport> only = Optional.empty();
    List<UsageReport> others = List.of();
    for (ModelCall call : open) {
      ModelRound round = call.running();
      if (round == null) {
        continue;
      }
      if (only.isEmpty()) {
        only = Optional.of(round.soFar());
      } else {
        others = others.isEmpty() ? new ArrayList<>() : others;
        others.add(round.soFar());
      }
    }
    return costs.total(only, others);
  }

  /** Not under the monitor, because a store may take its time. */
  void reportUse(long use) {
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

  CompletionStage<Optional<Decision>> refusal(long inputTokens) {
    UsageReport.Builder next = UsageReport.builder().inputTokens(inputTokens);
    model.ifPresent(next::model);
    long cost = Math.max(1, costs.of(next.build()));
    return calls
        .quotas()
        .async()
        .charge(subject, reservation.quota(), cost)
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

  /** Not under the monitor. */
  void settle(long cost) {
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
  }

  CompletionStage<Settlement> settled() {
    return settled;
  }
}
