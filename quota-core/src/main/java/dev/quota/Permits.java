package dev.quota;

import dev.quota.spi.Change;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The permits that one charge holds until its work is over. What is known here does not refer to
 * the receipt, so that a receipt which was dropped is noticed. Safe for use by several threads.
 */
final class Permits implements Handles.Held, Lease.Owner {

  private final Decider decider;
  private final Upkeep upkeep;
  private final QuotaStore store;
  private final Operation operation;
  private final List<Hold> holds;
  private final String quota;
  private final Caller caller = Caller.here();
  private final AtomicBoolean over = new AtomicBoolean();
  private Runnable endRenewal = () -> {};
  private Runnable forget = () -> {};

  private Permits(Decider decider, Upkeep upkeep, Receipt receipt) {
    this.decider = decider;
    this.upkeep = upkeep;
    this.store = receipt.store();
    this.operation = receipt.operation().orElseThrow();
    this.holds = receipt.holds();
    this.quota = holds.get(0).key().quota();
  }

  /** Renews the permits of a charge, and ties them to its receipt. */
  static void open(Decider decider, Upkeep upkeep, Request request, Receipt receipt) {
    Permits permits = new Permits(decider, upkeep, receipt);
    permits.endRenewal =
        upkeep.renew(Lease.ofCharge(request, permits.store, permits.holds, permits));
    permits.forget = upkeep.watch(receipt, permits);
    receipt.hold(permits);
  }

  /** Claims the right to end the charge; only the first gets it. */
  boolean claim() {
    return over.compareAndSet(false, true);
  }

  /** Gives the right back, after nothing came of it. */
  void release() {
    over.set(false);
  }

  /** Notes that the charge came back, and its permits with it. */
  void ended() {
    endRenewal.run();
    forget.run();
  }

  /** Lets the permits go, unless the charge is over. */
  void finish() {
    if (!claim()) {
      return;
    }
    ended();
    StoreCommand.Settle command = asTaken();
    try {
      StoreReply unused = decider.execute(store, command);
    } catch (QuotaStoreException e) {
      // Whoever finishes has nothing to decide any more, so it must not fail for that.
      again(command);
    }
  }

  private StoreCommand.Settle asTaken() {
    return new StoreCommand.Settle(
        holds.stream().map(hold -> new Change(hold, hold.units())).toList(), true);
  }

  private void again(StoreCommand.Settle command) {
    Runnable unused =
        upkeep.add(new UnansweredSettlement(decider, store, command, operation.keep()));
  }

  /** Lets the permits go without waiting; the stage never fails. */
  CompletionStage<Void> finishLater() {
    ended();
    StoreCommand.Settle command = asTaken();
    return decider
        .send(store, command)
        .handle(
            (reply, failure) -> {
              if (failure != null) {
                again(command);
              }
              return null;
            });
  }

  @Override
  public void dropped() {
    if (claim()) {
      upkeep.warn(
          caller,
          "A permit of quota "
              + quota
              + " was never released: its receipt was dropped, and collected as garbage. It is"
              + " released now. Close the receipt when the work is over, best with"
              + " try-with-resources. It was taken at "
              + caller
              + ", of which this is the only warning.");
      CompletionStage<Void> unused = finishLater();
    }
  }

  @Override
  public void gone() {
    // Somebody reset its counts, or a store was away for longer than it remembers.
  }

  @Override
  public void lapsed(String limit, Duration maxDuration) {
    upkeep.warnOfCeiling(caller, quota + "." + limit, maxDuration);
  }
}
