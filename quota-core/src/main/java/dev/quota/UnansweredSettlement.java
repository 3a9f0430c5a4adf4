package dev.quota;

import dev.quota.spi.QuotaStore;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreCommand;
import java.time.Duration;

/** A settlement that its store did not answer, to be sent again until it does. */
final class UnansweredSettlement implements Upkeep.Open {

  private static final System.Logger LOG = System.getLogger(UnansweredSettlement.class.getName());
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Decider decider;
  private final QuotaStore store;
  private final StoreCommand.Settle command;
  private final long forgottenNanos;

  /**
   * Creates it.
   *
   * @param keep for how long the store still remembers what is settled, at most
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
    try {
      // Totals are absolute, so that a settlement which arrived after all changes nothing now.
      var unused = decider.execute(store, command);
      return false;
    } catch (QuotaStoreException e) {
      boolean remembered = System.nanoTime() - forgottenNanos < 0;
      if (!remembered) {
        LOG.log(
            System.Logger.Level.WARNING,
            "A reservation could not be settled while its store remembered it; its estimate stays"
                + " charged.",
            e);
      }
      return remembered;
    }
  }
}
