package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Decision;
import dev.quota.PolicyStatus;
import dev.quota.QuotaEvent;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import dev.quota.source.PolicyText;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Versions that are published come into force on all nodes, or nowhere. */
final class PublishedPoliciesTest extends OnPublishedPolicies {

  private static final Subject ALICE = Subject.user("alice");

  @Test
  @Tag("timing")
  void aVersionIsInForceOnAnotherNodeWithinTwoSeconds() {
    published.publish(publication(chat(50)));
    Quotas node = node();
    published.publish(publication(chat(40)));
    awaitVersion(node, 2, Duration.ofSeconds(2));
  }

  @Test
  void aVersionIsInForceOnAllNodesWhateverTheirClocksSay() {
    PublishedVersion first = published.publish(publication(chat(50)));
    List<QuotaEvent> events = Collections.synchronizedList(new ArrayList<>());
    Quotas past =
        closing(
            Quotas.builder()
                .policySource(published.source())
                .listener(events::add)
                .clock(ManualClock.at("1999-01-01T00:00:00Z"))
                .build());
    Quotas future =
        closing(
            Quotas.builder()
                .policySource(published.source())
                .clock(ManualClock.at("2099-01-01T00:00:00Z"))
                .build());
    assertThat(first.number()).isEqualTo(1);
    assertThat(past.charge(ALICE, "chat", 20).isAllowed()).isTrue();

    PublishedVersion second = published.publish(publication(chat(40)));

    awaitVersion(past, 2);
    awaitVersion(future, 2);
    QuotaState state = past.states(ALICE).quotas().get(0);
    assertThat(state.primary().remaining()).as("counts are kept").hasValue(20);
    assertThat(state.policyVersion()).isEqualTo("2");
    assertThat(events).extracting(QuotaEvent::policyVersion).containsExactly("1");
    assertThat(published.history(10)).containsExactly(second, first);
    assertThat(second.by()).isEqualTo("team-ai");
    assertThat(second.reason()).isEqualTo("more for all");
    assertThat(second.at()).isBetween(first.at(), Instant.now().plusSeconds(5));
    assertThat(published.text(first).toString()).isEqualTo(chat(50));
  }

  @Test
  void aRollbackIsANewVersionWithTheOldTextAndKeepsCounts() {
    published.publish(publication(chat(50)));
    published.publish(publication(chat(10)));
    Quotas quotas =
        closing(
            Quotas.builder()
                .policySource(published.source())
                .store(RedisQuotaStore.connect(redis.address()))
                .build());
    assertThat(quotas.charge(ALICE, "chat", 10).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, "chat", 1)).isInstanceOf(Decision.Denied.class);

    PublishedVersion back = published.rollback(1, "team-ai", "too few");

    assertThat(back.number()).isEqualTo(3);
    assertThat(back.rollbackTo()).hasValue(1);
    awaitVersion(quotas, 3);
    assertThat(quotas.states(ALICE).quotas().get(0).primary().remaining()).hasValue(40);
    assertThat(published.current()).contains(back);
    assertThatThrownBy(() -> published.rollback(4, "team-ai", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("version must be from 1 to 3, was 4");
  }

  @Test
  void ofTwoPublishersOneWinsAndTheOtherIsTold() throws Exception {
    published.publish(publication(chat(50)));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    CountDownLatch go = new CountDownLatch(1);
    List<Future<String>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Publication mine = publication(chat(100 + i)).basedOn(1);
      results.add(
          threads.submit(
              () -> {
                go.await();
                try {
                  return "published " + published.publish(mine).number();
                } catch (PublicationConflictException e) {
                  return e.getMessage();
                }
              }));
    }
    go.countDown();
    List<String> said = new ArrayList<>();
    for (Future<String> result : results) {
      said.add(result.get(60, TimeUnit.SECONDS));
    }
    threads.shutdown();
    assertThat(said).containsOnlyOnce("published 2");
    assertThat(said)
        .filteredOn(
            text ->
                text.equals(
                    "the policies were not published: they are based on version 1, and version 2"
                        + " is in force; look at what changed, and publish again"))
        .hasSize(7);
    assertThat(published.history(10)).hasSize(2);
  }

  @Test
  void policiesWithMistakesOrFailingScenariosAreNotPublished() throws IOException {
    assertThatThrownBy(
            () -> published.publish(publication(chat(50).replace("calendar", "calender"))))
        .isInstanceOf(PolicyException.class);
    String scenario = "scenarios: {one: {steps: [{charge: 6 chat}]}}\n";
    assertThatThrownBy(() -> published.publish(publication(chat(5) + scenario)))
        .isInstanceOf(ScenariosFailedException.class)
        .hasMessage("quotas.yaml:4: step 1 of \"one\": result must be allowed, was refused");
    Path file = Files.writeString(folder.resolve("q.yaml"), chat(5));
    Files.writeString(folder.resolve("q.scenarios.yaml"), "version: 1\n" + scenario);
    assertThatThrownBy(() -> published.publish(Publication.of(file, "team-ai", "less")))
        .isInstanceOf(ScenariosFailedException.class);
    for (String bad : List.of("", " ", "a\nb", "x".repeat(201))) {
      assertThatThrownBy(() -> Publication.of(file, bad, "less"))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(published.current()).isEmpty();
    assertThat(published.history(5)).isEmpty();
    assertThat(redis.databaseSize()).isZero();
  }

  /** As a newer release publishes what an older one cannot read, and without any message. */
  private void publishByHand(long number, String yaml, String digest) {
    redis.command("SET", "q{policies}:t:" + digest, yaml);
    redis.command("HSET", "q{policies}:v:" + number, "digest", digest, "at", "0");
    redis.command("HSET", "q{policies}", "current", "" + number);
  }

  private static String digest(String yaml) {
    return PolicyText.of("x", yaml.getBytes(StandardCharsets.UTF_8)).digest();
  }

  @Test
  void aVersionThatThisReleaseCannotReadIsRefusedAndALostMessageIsMadeUpFor() {
    published.publish(publication(chat(50)));
    Quotas node = node();
    String newer = "version: 2\nnew-key: 1\n" + chat(40).substring(11);
    publishByHand(2, newer, digest(newer));
    Eventually.within(
        EFFECTIVE, "version 2 is refused", () -> node.policyStatus().refused().isPresent());
    PolicyStatus.Refused refused = node.policyStatus().refused().orElseThrow();
    assertThat(refused.version()).isEqualTo("2");
    assertThat(refused.mistakes()).hasSize(2).allMatch(line -> line.startsWith("version 2:"));
    assertThat(limit(node)).isEqualTo(50);

    publishByHand(3, chat(30), digest(chat(30)));
    awaitVersion(node, 3);
    publishByHand(4, chat(20), digest(chat(21)));
    Eventually.within(
        EFFECTIVE, "version 4 is damaged", () -> node.policyStatus().problem().isPresent());
    assertThat(node.policyStatus().problem())
        .hasValue("the text of version 4 was changed after it was published");
    assertThat(limit(node)).isEqualTo(30);
  }

  @Test
  void aVersionThatIsLostDoesNotKeepAnybodyFromPublishingABetterOne() {
    published.publish(publication(chat(50)));
    published.publish(publication(chat(40)));
    Quotas node = node();
    redis.command("DEL", "q{policies}:v:2");
    Eventually.within(EFFECTIVE, "it is told", () -> node.policyStatus().problem().isPresent());
    assertThat(node.policyStatus().problem())
        .hasValue("version 2 of the policies is not in Redis any more");
    assertThat(published.history(9)).extracting(PublishedVersion::number).containsExactly(1L);
    assertThat(published.rollback(1, "team-ai", "a loss").number()).isEqualTo(3);
    awaitVersion(node, 3);
    redis.command("DEL", "q{policies}:v:3");
    assertThat(published.publish(publication(chat(30))).number()).isEqualTo(4);
    awaitVersion(node, 4);
    redis.command("HSET", "q{policies}", "current", "many");
    assertThatThrownBy(() -> published.current())
        .hasMessage("the number of the version in force is no number in Redis");
    assertThat(limit(node)).isEqualTo(30);
  }

  @Test
  void aNodeStartsOnItsCopyWhileRedisIsAwayAndSaysSo() {
    published.publish(publication(chat(50)));
    node().close();
    redis.stop();

    Quotas node = node();

    assertThat(limit(node)).isEqualTo(50);
    PolicyStatus status = node.policyStatus();
    assertThat(status.version()).isEqualTo("1");
    assertThat(status.origin()).isEqualTo(PolicyStatus.Origin.LAST_GOOD_COPY);
    assertThat(status.detail())
        .isEqualTo(
            "Policies 1, the copy of the last good version of published policies. published"
                + " policies cannot be read: there is no connection to Redis");
    redis.restart();
    Eventually.within(
        RECONNECTED,
        () -> "the node hears of Redis again: " + node.policyStatus(),
        () -> node.policyStatus().isCurrent());
    published.publish(publication(chat(40)));
    awaitVersion(node, 2);
  }

  @Test
  void aNodeStartsOnTheApplicationsPoliciesWhileNothingIsPublished() {
    Quotas node =
        closing(
            Quotas.builder()
                .policies(PolicyFile.read("own.yaml", new StringReader(chat(7))))
                .policySource(published.source())
                .build());
    assertThat(limit(node)).isEqualTo(7);
    assertThat(node.policyStatus().problem()).hasValue("nothing is published yet");
    published.publish(publication(chat(50)));
    awaitVersion(node, 1);
    redis.command("FLUSHALL");
    Eventually.within(EFFECTIVE, "it is told", () -> node.policyStatus().problem().isPresent());
    assertThat(limit(node)).isEqualTo(50);
  }

  @Test
  void aRollbackWhileRedisIsAwaySaysThatNothingWasPublished() {
    published.publish(publication(chat(50)));
    published.publish(publication(chat(40)));
    Quotas node = node();
    redis.stop();
    assertThatThrownBy(() -> published.rollback(1, "team-ai", "too few"))
        .isInstanceOfSatisfying(
            QuotaStoreException.class, e -> assertThat(e.applied()).isEqualTo(Applied.NO));
    Eventually.within(
        RECONNECTED,
        "the last connections are closed",
        () -> {
          try {
            return published.current().isEmpty();
          } catch (QuotaStoreException e) {
            return e.getMessage().equals("there is no connection to Redis");
          }
        });
    assertThatThrownBy(() -> published.publish(publication(chat(30)).basedOn(2)))
        .isInstanceOf(QuotaStoreException.class)
        .hasMessage("nothing was published: there is no connection to Redis");
    assertThat(limit(node)).isEqualTo(40);
    assertThat(node.charge(ALICE, "chat", 1).isAllowed()).isTrue();
    redis.restart();
    Eventually.within(
        RECONNECTED,
        "Redis is back",
        () -> {
          try {
            return published.current().orElseThrow().number() == 2;
          } catch (QuotaStoreException e) {
            return false;
          }
        });
    assertThat(published.rollback(1, "team-ai", "too few").number()).isEqualTo(3);
    awaitVersion(node, 3);
  }

  @Test
  void aNodeThatIsKilledWhileItPublishesLeavesWholeVersions() {
    Quotas node =
        closing(
            Quotas.builder()
                .policies(PolicyFile.read("own.yaml", new StringReader(chat(7))))
                .policySource(published.source())
                .build());
    for (int round = 0; round < 3; round++) {
      try (ChildJvm child = ChildJvm.start(PublishingNode.class, redis.address())) {
        for (int i = 0; i < 10 + round; i++) {
          child.awaitLine("published", Duration.ofSeconds(30));
        }
        child.kill();
      }
      List<PublishedVersion> history = published.history(1_000);
      assertThat(history.size()).isEqualTo(history.get(0).number());
      for (PublishedVersion version : history) {
        assertThat(published.text(version).read().names()).containsExactly("chat");
      }
      awaitVersion(node, history.get(0).number());
      assertThat(node.policyStatus().isCurrent()).isTrue();
    }
  }

  @Test
  @Tag("timing")
  void aRedisThatHangsDelaysTheStartForSecondsAndNoLonger() {
    published.publish(publication(chat(50)));
    node().close();
    redis.pause();
    try {
      long start = System.nanoTime();
      Quotas node = node();
      assertThat(limit(node)).isEqualTo(50);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
      assertThat(node.policyStatus().isCurrent()).isFalse();
    } finally {
      redis.resume();
    }
  }

  @Test
  void howLongAVersionTakesToAllNodes() {
    published.publish(publication(chat(1)));
    List<Quotas> nodes = List.of(node(), node(), node());
    nodes.forEach(node -> awaitVersion(node, 1));
    List<Long> micros = new ArrayList<>();
    for (int i = 2; i <= 101; i++) {
      String number = "" + i;
      long start = System.nanoTime();
      published.publish(publication(chat(i)));
      Eventually.within(
          EFFECTIVE,
          "all nodes use version " + number,
          () -> nodes.stream().allMatch(node -> node.policyStatus().version().equals(number)));
      micros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
    }
    Collections.sort(micros);
    System.getLogger(PublishedPoliciesTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "Published to effective on 3 nodes, of 100: median {0} us, 99th {1} us, longest {2} us.",
            micros.get(50),
            micros.get(98),
            micros.get(99));
  }
}
