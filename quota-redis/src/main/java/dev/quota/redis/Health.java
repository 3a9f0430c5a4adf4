package dev.quota.redis;

import dev.quota.store.StoreHealth;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Describes the health of the store for an operator. Stateless. */
final class Health {

  private Health() {}

  static StoreHealth of(Watch watch, Dispatcher dispatcher) {
    List<Shard> shards = watch.shards().all();
    StringBuilder detail = new StringBuilder();
    int answering = 0;
    int late = 0;
    for (Shard shard : shards) {
      Breaker.Outage outage = shard.breaker().outage();
      if (outage == null) {
        answering++;
        late += shard.breaker().isLastinglyHalfOpen() ? 1 : 0;
      } else {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - outage.sinceNanos());
        detail.append("Not asked for ").append(seconds).append(" s: ");
        if (shards.size() > 1) {
          detail.append(shard.name()).append(": ");
        }
        detail.append(outage.reason()).append(". ");
      }
    }
    if (answering > 0) {
      int calls = dispatcher.calls();
      detail.append(shards.size() > 1 ? answering + " masters answer; " : "Answering; ");
      detail.append(calls == 1 ? "1 call waits. " : calls + " calls wait. ");
    }
    if (late > 0) {
      detail.append(shards.size() > 1 ? late + " of them answer" : "But it answers");
      detail.append(" later than the time budget; few calls are sent until one is in time. ");
    }
    if (dispatcher.shedReads() > 0) {
      detail
          .append(dispatcher.shedReads())
          .append(" looks at states were not sent because too many were under way. ");
    }
    if (dispatcher.undelivered() > 0) {
      detail
          .append(dispatcher.undelivered())
          .append(" failed charges could not be given back and count until their windows end. ");
    }
    watch.warning().ifPresent(detail::append);
    return new StoreHealth(
        "redis", answering == shards.size() && late == 0, detail.toString().trim());
  }
}
