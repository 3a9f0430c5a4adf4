package dev.quota.redis;

import dev.quota.store.StoreHealth;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Describes the health of the store for an operator. Stateless. */
final class Health {

  private Health() {}

  static StoreHealth of(Watch watch, Dispatcher dispatcher) {
    List<Shard> shards = watch.shards().all();
    boolean several = shards.size() > 1;
    StringBuilder detail = new StringBuilder();
    List<Shard> answering =
        shards.stream().filter(shard -> !appendOutage(shard, several, detail)).toList();
    long late = answering.stream().filter(shard -> shard.breaker().isLastinglyHalfOpen()).count();
    if (!answering.isEmpty()) {
      int calls = dispatcher.calls();
      detail.append(several ? answering.size() + " masters answer; " : "Answering; ");
      detail.append(calls == 1 ? "1 call waits. " : calls + " calls wait. ");
    }
    if (late > 0) {
      detail.append(several ? late + " of them answer" : "But it answers");
      detail.append(" later than the time budget; few calls are sent until one is in time. ");
    }
    appendFailures(dispatcher, detail);
    watch.warning().ifPresent(detail::append);
    boolean isAvailable = answering.size() == shards.size() && late == 0;
    return new StoreHealth("redis", isAvailable, detail.toString().trim());
  }

  /** Describes the outage of a shard. Returns whether there is one. */
  private static boolean appendOutage(Shard shard, boolean several, StringBuilder detail) {
    Breaker.Outage outage = shard.breaker().outage();
    if (outage == null) {
      return false;
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - outage.sinceNanos());
    detail.append("Not asked for ").append(seconds).append(" s: ");
    if (several) {
      detail.append(shard.name()).append(": ");
    }
    detail.append(outage.reason()).append(". ");
    return true;
  }

  private static void appendFailures(Dispatcher dispatcher, StringBuilder detail) {
    if (dispatcher.shedReads() > 0) {
      detail
          .append(dispatcher.shedReads())
          .append(" looks at states were not sent because too many were under way. ");
    }
    if (dispatcher.undelivered() > 0) {
      detail
          .append(dispatcher.undelivered())
          .append(" failed charges could not be refunded and count until their windows end. ");
    }
  }
}
