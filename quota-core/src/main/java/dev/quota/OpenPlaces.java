package dev.quota;

import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreReply;
import dev.quota.spi.Window;
import java.time.Duration;

/** The places that a charge holds until its work is over. */
final class OpenPlaces implements Upkeep.Open {

  private final Decider decider;
  private final Receipt receipt;
  private final Duration interval;

  OpenPlaces(Decider decider, Receipt receipt) {
    this.decider = decider;
    this.receipt = receipt;
    this.interval =
        receipt.holds().stream()
            .flatMap(hold -> hold.limits().stream())
            .filter(limit -> limit.window() instanceof Window.Concurrent)
            .map(limit -> ((Window.Concurrent) limit.window()).lease())
            .min(Duration::compareTo)
            .orElseThrow()
            .dividedBy(3);
  }

  @Override
  public Duration interval() {
    return interval;
  }

  @Override
  public boolean attend() {
    if (receipt.isOver()) {
      return false;
    }
    try {
      StoreReply reply = decider.execute(receipt.store(), receipt.renewal());
      return reply.outcome() != StoreReply.Outcome.GONE;
    } catch (QuotaStoreException e) {
      // The outage is reported where it was noticed; the lease lasts for two more intervals.
      return true;
    }
  }
}
