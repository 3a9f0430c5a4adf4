package dev.quota.benchmarks.redis;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Window;
import dev.quota.redis.RedisQuotaStore;
import dev.quota.spi.Entry;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Quota on Redis: three limits of one quota, rolling, calendar day and calendar month. */
final class RedisQuota implements Contender {

  private static final String QUOTA = "chat";

  /** The same timeout as that of Redisson for the others, so that slow decisions are counted. */
  private static final Duration BUDGET = Duration.ofSeconds(3);

  private static final List<LimitSpec> LIMITS =
      List.of(
          new LimitSpec(
              "burst",
              new Window.Rolling(Duration.ofMinutes(1)),
              Capacity.of(Capacities.PER_MINUTE)),
          new LimitSpec("daily", calendar(CalendarUnit.DAY), Capacity.of(Capacities.PER_DAY)),
          new LimitSpec(
              "monthly", calendar(CalendarUnit.MONTH), Capacity.of(Capacities.PER_MONTH)));

  private final QuotaStore store;
  private final List<String> ids;

  private RedisQuota(Node node, QuotaStore store) {
    this.store = store;
    this.ids = node.ids();
  }

  /** One command per decision. */
  static Contender alone(Node node) {
    return new RedisQuota(
        node, RedisQuotaStore.builder(node.redisson()).combining(false).timeBudget(BUDGET).build());
  }

  /** Decisions in flight about one key share commands. */
  static Contender combining(Node node) {
    return new RedisQuota(node, combiningStore(node, "p"));
  }

  /** The same store with the engine, which also builds the state that an application reads. */
  static Contender throughEngine(Node node) {
    return new Engine(node, combiningStore(node, "s"));
  }

  /**
   * Each has its own prefix of one character, so that counts are separate and keys have the same
   * length.
   */
  private static QuotaStore combiningStore(Node node, String prefix) {
    return RedisQuotaStore.builder(node.redisson())
        .combining(true)
        .timeBudget(BUDGET)
        .keyPrefix(prefix)
        .build();
  }

  private static Window calendar(CalendarUnit unit) {
    return new Window.Calendar(unit, ZoneOffset.UTC, DayOfWeek.MONDAY, 1);
  }

  @Override
  public boolean decide(int user) {
    Key key = new Key("user", "user", ids.get(user), QUOTA);
    Entry entry = new Entry(key, LIMITS, 1, 1, 1, OnShort.REFUSE_ALL);
    return store.execute(new StoreCommand.Take(List.of(entry), Optional.empty())).outcome()
        == StoreReply.Outcome.DONE;
  }

  @Override
  public void close() {
    store.close();
  }

  private static final class Engine implements Contender {

    private final Quotas quotas;
    private final List<String> ids;

    Engine(Node node, QuotaStore store) {
      ids = node.ids();
      quotas =
          Quotas.builder()
              .policy(
                  QuotaPolicy.builder(QUOTA)
                      .limit("burst", Capacities.PER_MINUTE + " per minute")
                      .limit("daily", Capacities.PER_DAY + " per calendar day")
                      .limit("monthly", Capacities.PER_MONTH + " per calendar month")
                      .build())
              .store(store)
              .build();
    }

    @Override
    public boolean decide(int user) {
      return quotas.charge(Subject.user(ids.get(user)), QUOTA, 1).isAllowed();
    }

    @Override
    public void close() {
      quotas.close();
    }
  }
}
