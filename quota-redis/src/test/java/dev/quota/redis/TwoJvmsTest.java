package dev.quota.redis;

import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.entry;
import static dev.quota.redis.Charges.take;
import static dev.quota.redis.Charges.used;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.redis.History.Call;
import dev.quota.redis.History.Outcome;
import dev.quota.spi.Entry;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.StoreCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two JVMs with 64 threads each on one Redis get exactly what there is. */
final class TwoJvmsTest extends OnRedis {

  private static final Duration PATIENCE_WITH_JVMS = Duration.ofSeconds(60);
  private static final int THREADS = 64;
  private static final long HOT_CAPACITY = 1_500;
  private static final int HOT_CALLS = 20;
  private static final int SEVERAL_CALLS = 12;
  private static final int USERS = 4;
  private static final int ORGS = 2;

  private static ChildJvm one;
  private static ChildJvm two;

  @BeforeAll
  static void startJvms() {
    one = ChildJvm.start(Charging.class, redis.address(), "1");
    two = ChildJvm.start(Charging.class, redis.address(), "2");
    one.awaitLine("ready", PATIENCE_WITH_JVMS);
    two.awaitLine("ready", PATIENCE_WITH_JVMS);
  }

  @AfterAll
  static void endJvms() {
    one.close();
    two.close();
  }

  /** The limit of a scope: a calendar window in which nothing comes back while the test runs. */
  private static LimitSpec limit(Key key) {
    return Charges.calendar(
        "monthly",
        CalendarUnit.MONTH,
        Capacity.of(
            switch (key.scope() + "/" + key.quota()) {
              case "user/chat" -> 260;
              case "user/image" -> 300;
              case "org/chat" -> 480;
              default -> 500;
            }));
  }

  private static Entry charge(String scope, String identity, String quota, long cost) {
    Key key = new Key(scope, scope, identity, quota);
    return entry(key, cost, limit(key));
  }

  /** Two quotas on two scopes at once. */
  private static StoreCommand.Take several(int user, int org, long chats, long images) {
    return take(
        charge("user", "u" + user, "chat", chats),
        charge("org", "o" + org, "chat", chats),
        charge("user", "u" + user, "image", images),
        charge("org", "o" + org, "image", images));
  }

  /** Charges with 64 threads whenever it is told to, and prints what they were told. */
  static final class Charging {
    private Charging() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        try (RedisQuotaStore store =
            RedisQuotaStore.builder(arguments[0])
                .timeBudget(PATIENCE)
                .startUpWait(PATIENCE)
                .combining(Boolean.parseBoolean(words[1]))
                .build()) {
          System.out.println(charge(store, words[0], Long.parseLong(arguments[1])));
        }
      }
    }

    private static String charge(RedisQuotaStore store, String what, long seed)
        throws InterruptedException {
      History history = new History();
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom random = new SplittableRandom(seed * 1_000 + i);
        Thread thread =
            new Thread(
                () -> {
                  await(start);
                  for (int j = 0; j < (what.equals("hot") ? HOT_CALLS : SEVERAL_CALLS); j++) {
                    if (what.equals("hot")) {
                      history.take(store, take(Charges.ALICE, 1, daily(HOT_CAPACITY)));
                    } else {
                      chargeSeveral(store, history, random);
                    }
                  }
                });
        threads.add(thread);
        thread.start();
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      StringBuilder lines = new StringBuilder();
      history.calls().forEach(call -> lines.append(call.line()).append('\n'));
      return lines + "end";
    }

    private static void chargeSeveral(
        RedisQuotaStore store, History history, SplittableRandom random) {
      int user = random.nextInt(USERS);
      int org = random.nextInt(ORGS);
      long chats = random.nextLong(1, 3);
      long images = random.nextLong(1, 3);
      StoreCommand.Take take = several(user, org, chats, images);
      history.record(
          user + " " + org + " " + chats + " " + images, chats, () -> store.execute(take));
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static History bothCharge(String what, boolean combining) {
    one.send(what + " " + combining);
    two.send(what + " " + combining);
    History history = new History();
    for (ChildJvm jvm : List.of(one, two)) {
      for (String line = jvm.line(PATIENCE_WITH_JVMS);
          !line.equals("end");
          line = jvm.line(PATIENCE_WITH_JVMS)) {
        history.add(Call.of(line));
      }
    }
    return history;
  }

  @ParameterizedTest(name = "combining: {0}")
  @ValueSource(booleans = {true, false})
  void oneHotKeyGrantsExactlyItsCapacity(boolean combining) {
    History history = bothCharge("hot", combining);

    HistoryCheck check = history.check();
    long used = used(store(builder -> builder), Charges.ALICE, daily(HOT_CAPACITY));
    assertThat(history.calls()).hasSize(2 * THREADS * HOT_CALLS);
    check.grantedAtMost(HOT_CAPACITY).usedIs(used).refusedForAReason(HOT_CAPACITY).neverFailed();
    assertThat(check.units(Outcome.GRANTED)).isEqualTo(HOT_CAPACITY).isEqualTo(used);
  }

  @ParameterizedTest(name = "combining: {0}")
  @ValueSource(booleans = {true, false})
  void chargesOfTwoQuotasAndTwoScopesAreTakenCompletelyOrNotAtAll(boolean combining) {
    History history = bothCharge("several", combining);

    assertThat(history.calls()).hasSize(2 * THREADS * SEVERAL_CALLS);
    history.check().neverFailed();
    RedisQuotaStore store = store(builder -> builder);
    for (String quota : new String[] {"chat", "image"}) {
      for (int i = 0; i < USERS; i++) {
        assertUsed(store, history, new Key("user", "user", "u" + i, quota), 0, i);
      }
      for (int i = 0; i < ORGS; i++) {
        assertUsed(store, history, new Key("org", "org", "o" + i, quota), 1, i);
      }
    }
    // And there was no room for any of those that were refused last: one unit fits nowhere.
    for (int user = 0; user < USERS; user++) {
      for (int org = 0; org < ORGS; org++) {
        StoreCommand.Take two = several(user, org, 2, 2);
        assertThat(Charges.isDone(store.execute(two))).as("u%d in o%d", user, org).isFalse();
      }
    }
  }

  /** Compares a key with all calls that charged it: one of the words of a call names it. */
  private static void assertUsed(
      RedisQuotaStore store, History history, Key key, int word, int number) {
    History ofKey = new History();
    int costWord = key.quota().equals("chat") ? 2 : 3;
    for (Call call : history.calls()) {
      String[] words = call.key().split(" ", -1);
      if (Integer.parseInt(words[word]) == number) {
        ofKey.add(
            new Call(
                call.startNanos(),
                call.endNanos(),
                key.toString(),
                Long.parseLong(words[costWord]),
                call.outcome()));
      }
    }
    long capacity = ((Capacity.Limited) limit(key).capacity()).units();
    ofKey.check().grantedAtMost(capacity).usedIs(used(store, key, limit(key)));
  }
}
