package dev.quota.models;

import dev.quota.models.internal.FaultLog;
import dev.quota.models.internal.UsageFault;
import dev.quota.policy.Capacity;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The rounds of one call: those that are over, and the one that runs. Not thread-safe. */
final class CallRounds {

  /** How many tokens of a stream are delivered between two computations of their cost. */
  private static final int STEP_TOKENS = 16;

  private final Optional<String> model;
  private final OptionalLong mostOutputTokens;
  private final RoundCosts costs;
  private int begun;
  private @Nullable ModelRound running;
  private long lookAt;

  CallRounds(Optional<String> model, long mostOutputTokens, RoundCosts costs) {
    this.model = model;
    this.mostOutputTokens = OptionalLong.of(mostOutputTokens);
    this.costs = costs;
  }

  /** Begins a round. A round that still runs ends. */
  void begin(long inputTokens) {
    end(Optional.empty());
    running =
        new ModelRound(
            model, Math.min(inputTokens, Capacity.MAX_UNITS), TokenEstimator.characters());
    lookAt = STEP_TOKENS;
    begun++;
  }

  boolean isFirst() {
    return begun == 1;
  }

  boolean isRunning() {
    return running != null;
  }

  /** Removes the round that runs, because its request was not sent. */
  void forget() {
    running = null;
    begun--;
  }

  /** Counts a part of a streamed answer. Returns whether its cost should be computed. */
  boolean output(CharSequence text) {
    if (text.isEmpty() || running == null) {
      return false;
    }
    long counted = running.output(text);
    if (counted < lookAt) {
      return false;
    }
    lookAt = counted + STEP_TOKENS;
    return true;
  }

  void report(UsageReport soFar) {
    if (running != null) {
      running.report(soFar);
    }
  }

  /** Ends the round that runs, if there is one, as one that was answered. */
  void end(Optional<UsageReport> used) {
    if (running == null) {
      return;
    }
    used.ifPresent(running::report);
    if (!running.isReported()) {
      FaultLog.SHARED.add(UsageFault.Kind.MISSING);
    }
    addComplete(running);
    running = null;
  }

  private void addComplete(ModelRound over) {
    UsageReport used = over.complete(mostOutputTokens);
    if (over.isReported() || mostOutputTokens.orElse(0) > 0) {
      costs.add(used);
    } else {
      costs.addUnbounded(used);
    }
  }

  /** Ends the round that runs, if there is one, as one that failed. */
  void fail(Throwable thrown) {
    ModelRound failed = running;
    if (failed == null) {
      return;
    }
    if (failed.hasOutput()) {
      costs.add(failed.soFar());
    } else if (Interruptions.isTooLate(thrown)) {
      addComplete(failed);
    } else {
      begun--;
    }
    running = null;
  }

  /** Returns what all rounds cost, including the one that runs. */
  long cost() {
    return costs.total(Optional.ofNullable(running).map(ModelRound::soFar));
  }

  /** Returns what a report costs. */
  long costOf(UsageReport used) {
    return costs.of(used);
  }

  /** Returns what the call costs in the end: nothing if no round was begun. */
  long settle() {
    long cost = begun == 0 ? 0 : cost();
    running = null;
    return cost;
  }
}
