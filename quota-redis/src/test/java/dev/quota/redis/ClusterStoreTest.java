package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Outcome;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitResult;
import dev.quota.spi.OnShort;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Decisions over slots of several masters, all of which answer. */
final class ClusterStoreTest extends OnCluster {

  private static final int CALLERS = 32;
  private static final int USERS = 8;

  private final History history = new History();
  private final MonthlyUnits global = new MonthlyUnits("global", "all", "chat", 250);

  private static MonthlyUnits user(int number) {
    return new MonthlyUnits("user", "user" + number, "chat", 60);
  }

  private static MonthlyUnits org(int user) {
    return new MonthlyUnits("org", "org" + user % 2, "chat", 150);
  }

  private Outcome take(int user, long cost) {
    List<MonthlyUnits> all = List.of(user(user), org(user), global);
    List<Entry> entries = all.stream().map(units -> units.entry(cost)).toList();
    StoreCommand.Take take = new StoreCommand.Take(entries, Optional.empty());
    return history.record("user" + user, cost, () -> store.execute(take));
  }

  private static StoreReply take(Entry... entries) {
    return store.execute(new StoreCommand.Take(List.of(entries), Optional.empty()));
  }

  private long granted(IntStream users) {
    return users.mapToLong(user -> history.check().of("user" + user).units(Outcome.GRANTED)).sum();
  }

  private void assertUsedIsWhatWasGranted() {
    for (int user = 0; user < USERS; user++) {
      assertThat(user(user).used(store)).isEqualTo(granted(IntStream.of(user)));
    }
    for (int org = 0; org < 2; org++) {
      int remainder = org;
      assertThat(org(org).used(store))
          .isEqualTo(granted(IntStream.range(0, USERS).filter(user -> user % 2 == remainder)));
    }
    assertThat(global.used(store)).isEqualTo(granted(IntStream.range(0, USERS)));
  }

  @Test
  void takesOfAllSlotsOrOfNoneHoweverManyAskAndLeaksNothing() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    List<SplittableRandom> randoms =
        IntStream.range(0, CALLERS).mapToObj(i -> new SplittableRandom(seed + i)).toList();
    assertThat(
            List.of(user(0), org(0), global).stream()
                .map(units -> cluster.slot(name(units)))
                .distinct())
        .hasSize(3);
    try (Traffic traffic =
        Traffic.start(
            CALLERS,
            caller -> {
              SplittableRandom random = randoms.get(caller);
              take(random.nextInt(USERS), random.nextInt(1, 4));
            })) {
      traffic.await(2_500);
      traffic.stop();
    }
    history.check().neverFailed();
    assertThat(store.health().detail()).doesNotContain("refunded");
    assertUsedIsWhatWasGranted();

    // What is left is there for those who come alone.
    for (int user = 0; user < USERS; user++) {
      Outcome outcome = Outcome.GRANTED;
      while (outcome == Outcome.GRANTED) {
        outcome = take(user, 1);
      }
    }
    assertThat(global.used(store)).isEqualTo(global.capacity());
    assertUsedIsWhatWasGranted();
  }

  private static String name(MonthlyUnits units) {
    return Charges.name(units.key());
  }

  private static List<Long> used(StoreReply reply) {
    return reply.entries().stream().map(entry -> entry.limits().get(0).used()).toList();
  }

  @Test
  void takesOneAmountOverSlotsAndSettlesAndPeeksOverThem() {
    MonthlyUnits narrow = new MonthlyUnits("user", "partial", "chat", 10);
    MonthlyUnits wide = new MonthlyUnits("org", "partial", "chat", 4);
    StoreReply reply =
        take(wide.entry(1, 7, OnShort.REFUSE_ALL), narrow.entry(1, 7, OnShort.REFUSE_ALL));
    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(4L, 4L);
    assertThat(used(reply)).containsExactly(4L, 4L);

    List<Change> changes = new ArrayList<>();
    for (MonthlyUnits units : List.of(wide, narrow)) {
      LimitResult month = reply.entries().get(changes.size()).limits().get(0);
      List<Long> ends = List.of(month.resetAtMillis().getAsLong());
      Hold hold = new Hold(units.key(), units.limits(), ends, 4, Optional.empty());
      changes.add(new Change(hold, 1));
    }
    store.execute(new StoreCommand.Settle(changes, true));
    StoreReply seen = store.execute(new StoreCommand.Peek(List.of(wide.entry(3), narrow.entry(0))));
    assertThat(used(seen)).containsExactly(1L, 1L);
  }

  @Test
  void skipsAndExceedsOverSlots() {
    MonthlyUnits narrow = new MonthlyUnits("user", "short", "chat", 10);
    MonthlyUnits wide = new MonthlyUnits("org", "short", "chat", 4);
    MonthlyUnits other = new MonthlyUnits("user", "short", "images", 10);
    StoreReply skipped =
        take(narrow.entry(5, 5, OnShort.SKIP), other.entry(5), wide.entry(5, 5, OnShort.SKIP));
    assertThat(skipped.outcome()).isEqualTo(StoreReply.Outcome.DONE);
    assertThat(skipped.entries()).extracting(EntryResult::taken).containsExactly(0L, 5L, 0L);
    assertThat(used(skipped)).containsExactly(0L, 5L, 0L);

    StoreReply exceeded =
        take(narrow.entry(5, 5, OnShort.EXCEED), wide.entry(5, 5, OnShort.EXCEED));
    assertThat(exceeded.entries()).extracting(EntryResult::taken).containsExactly(5L, 5L);
    assertThat(used(exceeded)).containsExactly(5L, 5L);
  }

  private static boolean saidTryAgain(RedisProcess node) {
    return node.info("errorstats").containsKey("errorstat_TRYAGAIN");
  }

  @Test
  void noCallFailsWhileItsSlotMovesWithSeveralKeysInIt() {
    MonthlyUnits chat = MonthlyUnits.of("moving");
    MonthlyUnits images = new MonthlyUnits("user", "moving", "images", 1_000_000);
    String key = name(chat);
    assertThat(cluster.slot(name(images))).isEqualTo(cluster.slot(key));
    RedisProcess from = cluster.masterOf(key);
    RedisProcess to =
        cluster.masters().stream().filter(node -> node != from).findFirst().orElseThrow();
    // The other master does not know the scripts, as a new one would not.
    to.command("SCRIPT", "FLUSH");
    Entry one = chat.entry(1);
    Entry two = images.entry(2);
    StoreCommand.Take take = new StoreCommand.Take(List.of(one, two), Optional.empty());
    try (Traffic traffic = Traffic.start(8, caller -> history.take(store, take))) {
      traffic.await(300);
      SlotMove move = cluster.beginMove(key, to);
      traffic.await(300);
      String port = "" + to.port();
      from.command("MIGRATE", "127.0.0.1", port, name(images), "0", "5000");
      // One of two keys is here and one there: nobody can decide, for a moment.
      Eventually.within(
          Duration.ofSeconds(4),
          "callers were told to try again",
          () -> Stream.of(from, to).anyMatch(ClusterStoreTest::saidTryAgain));
      move.moveKeys();
      traffic.await(300);
      move.finish();
      traffic.await(600);
      cluster.move(key, from);
      traffic.await(300);
      traffic.stop();
    }
    history.check().neverFailed().usedIs(chat.used(store));
    assertThat(images.used(store)).isEqualTo(2 * chat.used(store));
  }
}
