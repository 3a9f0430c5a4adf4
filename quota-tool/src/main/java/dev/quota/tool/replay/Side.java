package dev.quota.tool.replay;

import dev.quota.Decision;
import dev.quota.QuotaEvent;
import dev.quota.Quotas;
import dev.quota.policy.Policies;
import dev.quota.store.InProcessBounds;
import dev.quota.tool.log.UsageRow;
import java.time.ZoneOffset;

/**
 * Charges rows to one engine. The engine's clock shows the time of the row. All numbers are
 * computed by the engine. Not thread-safe.
 */
final class Side implements AutoCloseable {

  private final int index;
  private final Policies policies;
  private final RowClock clock = new RowClock();
  private final Tally tally;
  private final Quotas quotas;
  private boolean full;

  /**
   * Starts an engine.
   *
   * @param index which of a row's costs is charged
   * @param policies the policies
   * @param heapShare the share of the heap for its counts
   */
  Side(int index, Policies policies, double heapShare) {
    this.index = index;
    this.policies = policies;
    tally = new Tally(policies.defaultZone().orElse(ZoneOffset.UTC));
    quotas =
        Quotas.builder()
            .policies(policies)
            .clock(clock)
            .inProcess(InProcessBounds.ofHeapShare(heapShare))
            .listener(this::on)
            .build();
  }

  private void on(QuotaEvent event) {
    if (event instanceof QuotaEvent.StoreFailed) {
      full = true;
    } else {
      tally.on(event);
    }
  }

  void charge(UsageRow row) {
    long cost = row.cost(index);
    if (cost == UsageRow.NOT_CHARGED) {
      tally.notCharged(row);
      return;
    }
    clock.set(row.epochMillis());
    tally.begin(row);
    Decision decision = quotas.charge(row.subject(), row.quota(), cost);
    if (decision instanceof Decision.Allowed allowed) {
      // A log has no durations, so permits are released at once.
      allowed.receipt().close();
    }
    if (full) {
      throw new ReplayException(
          "there is no memory for the counts of more people, at line "
              + row.line()
              + "; give the program more, such as with java -Xmx4g -jar quota-tool.jar");
    }
    tally.end(row, decision);
  }

  Policies policies() {
    return policies;
  }

  Tally tally() {
    return tally;
  }

  @Override
  public void close() {
    quotas.close();
  }
}
