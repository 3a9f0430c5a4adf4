package dev.quota;

import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A settlement that its store did not answer. It is sent again until the store answers. No thread
 * waits for it, so that a store that never answers does not delay other settlements.
 */
final class UnansweredSettlement implements Maintenance.Open {

  private static final System.Logger LOG = System.getLogger(UnansweredSettlement.class.getName());
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Decider decider;
  private final QuotaStore store;
  private final StoreCommand.Settle command;
  private final long forgottenNanos;
  private final AtomicBoolean underWay = new AtomicBoolean();
  private volatile boolean answered;
  private volatile @Nullable Throwable failure;

  /**
   * Creates it.
   *
   * @param keep how long the store remembers the reservation at most
   */
  UnansweredSettlement(
      Decider decider, QuotaStore store, StoreCommand.Settle command, Duration keep) {
    this.decider = decider;
    this.store = store;
    this.command = command;
    this.forgottenNanos = System.nanoTime() + keep.toNanos();
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public boolean attend() {
    if (!answered && underWay.compareAndSet(false, true)) {
      // The totals are absolute. If the first command arrived after all, this one changes nothing.
      CompletionStage<StoreReply> unused =
          decider.send(store, command).whenComplete((reply, thrown) -> ended(thrown));
    }
    return !answered && isRemembered();
  }

  private void ended(@Nullable Throwable thrown) {
    failure = thrown;
    answered = thrown == null;
    underWay.set(false);
  }

  private boolean isRemembered() {
    boolean remembered = System.nanoTime() - forgottenNanos < 0;
    if (!remembered) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A reservation could not be settled while its store remembered it; its estimate stays"
              + " charged.",
          failure);
    }
    return remembered;
  }
}
