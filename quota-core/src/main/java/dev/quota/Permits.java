package dev.quota;

import dev.quota.spi.Change;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The permits that one charge holds until its work is over. It does not refer to the receipt, so
 * that a leaked receipt is detected. Thread-safe.
 */
final class Permits implements Handles.Held, Lease.Owner {

  private final Decider decider;
  private final Maintenance maintenance;
  private final QuotaStore store;
  private final Operation operation;
  private final List<Hold> holds;
  private final String quota;
  private final Caller caller;
  private final AtomicBoolean over = new AtomicBoolean();
  private Runnable endRenewal = () -> {};
  private Runnable forget = () -> {};

  private Permits(Decider decider, Maintenance maintenance, Receipt receipt, Caller caller) {
    this.caller = caller;
    this.decider = decider;
    this.maintenance = maintenance;
    this.store = receipt.store();
    this.operation = receipt.operation().orElseThrow();
    this.holds = receipt.holds();
    this.quota = holds.get(0).key().quota();
  }

  /** Renews the permits of a charge, and ties them to its receipt. */
  static void open(
      Decider decider, Maintenance maintenance, Request request, Receipt receipt, Caller caller) {
    Permits permits = new Permits(decider, maintenance, receipt, caller);
    permits.endRenewal =
        maintenance.renew(Lease.ofCharge(request, permits.store, permits.holds, permits));
    permits.forget = maintenance.watch(receipt, permits);
    receipt.hold(permits);
  }

  /** Claims the right to end the charge. Only the first call gets it. */
  boolean claim() {
    return over.compareAndSet(false, true);
  }

  /** Gives up the right, because the charge could not be ended. */
  void unclaim() {
    over.set(false);
  }

  /** Notes that the charge was refunded, so that its permits are free. */
  void ended() {
    endRenewal.run();
    forget.run();
  }

  /** Releases the permits of a charge whose work is over already. */
  static Step<Boolean> finished(Receipt receipt) {
    return receipt.holdsPermits()
        // If the store does not answer, they are free when their lease ends.
        ? Step.ask(receipt.store(), asTaken(receipt.holds()))
            .map(reply -> true)
            .orElse(failure -> Step.done(false))
        : Step.done(true);
  }

  private static StoreCommand.Settle asTaken(List<Hold> holds) {
    return new StoreCommand.Settle(
        holds.stream().map(hold -> new Change(hold, hold.units())).toList(), true);
  }

  /** Releases the permits, unless the charge is over, and waits for that. */
  void finish() {
    if (claim()) {
      boolean unused = decider.runner().run(release());
    }
  }

  /** Releases the permits, unless the charge is over, without waiting. */
  CompletionStage<Boolean> finishLater() {
    return claim() ? releaseLater() : CompletableFuture.completedFuture(false);
  }

  /** Releases the permits without waiting, once the right to do so was claimed. */
  CompletionStage<Boolean> releaseLater() {
    return decider.runner().start(release());
  }

  /**
   * Releases them. A failure of the store is not an error, because the caller cannot do anything
   * about it.
   */
  private Step<Boolean> release() {
    ended();
    StoreCommand.Settle command = asTaken(holds);
    return Step.ask(store, command)
        .map(reply -> true)
        .orElse(
            failure -> {
              Runnable unused =
                  maintenance.add(
                      new UnansweredSettlement(decider, store, command, operation.keep()));
              return Step.done(false);
            });
  }

  @Override
  public void dropped() {
    if (claim()) {
      maintenance.warn(
          caller,
          "A permit of quota "
              + quota
              + " was never released: its receipt was dropped, and collected as garbage. It is"
              + " released now. Close the receipt when the work is over, best with"
              + " try-with-resources. It was taken at "
              + caller
              + ", of which this is the only warning.");
      CompletionStage<Boolean> unused = releaseLater();
    }
  }

  @Override
  public void gone() {
    // Its counts were reset, or the store was away for longer than the lease.
  }

  @Override
  public void lapsed(String limit, Duration maxDuration) {
    maintenance.warnOfCeiling(caller, quota + "." + limit, maxDuration);
  }
}
