package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.PolicyStatus;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.redis.PublishedVersion.RollingOut;
import dev.quota.source.PolicyText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A published version for a share of all people, while the rest stay on the version before. */
@Timeout(120)
final class PublishedRolloutTest {

  private static final Duration EFFECTIVE = Duration.ofSeconds(2);
  private static final Duration RECONNECTED = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private RedisProcess redis;
  private PublishedPolicies published;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void start() {
    redis = RedisProcess.start("appendonly yes", "appendfsync always");
    published = closing(PublishedPolicies.connect(redis.address()));
  }

  @AfterEach
  void close() throws Exception {
    Collections.reverse(open);
    for (AutoCloseable one : open) {
      one.close();
    }
    redis.close();
  }

  private <T extends AutoCloseable> T closing(T one) {
    open.add(one);
    return one;
  }

  private static Publication chat(long daily) {
    String yaml =
        "version: 1\nquotas:\n  chat: {limits: {daily: " + daily + " per calendar day}}\n";
    PolicyText text = PolicyText.of("quotas.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    return new Publication(text, List.of(), "team-ai", "more for all", OptionalLong.empty());
  }

  private Quotas node() {
    PublishedPolicies connection = closing(PublishedPolicies.connect(redis.address()));
    return closing(
        Quotas.builder()
            .policySource(connection.source())
            .lastGoodPolicies(folder.resolve("good.yaml"))
            .build());
  }

  private static void awaitVersion(Quotas node, long number) {
    Eventually.within(
        EFFECTIVE,
        () -> "version " + number + " is in force; it is " + node.policyStatus().detail(),
        () -> node.policyStatus().version().equals("" + number));
  }

  /** Returns how many of a thousand people each version decides about. */
  private static List<String> versions(Quotas node) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> node.states(Subject.user("person-" + i)).quotas().get(0).policyVersion())
        .toList();
  }

  @Test
  void allNodesRollTheSameVersionOutToTheSamePeople() {
    published.publish(chat(50));
    Quotas one = node();
    PublishedVersion second = published.publish(chat(40).rollout("10%"));
    assertThat(second.rollout()).contains(new RollingOut("10%", 1));
    assertThat(published.current()).contains(second);
    awaitVersion(one, 2);
    List<String> tenth = versions(one);
    assertThat(Collections.frequency(tenth, "2")).isBetween(60, 140);
    assertThat(Collections.frequency(tenth, "1"))
        .isEqualTo(1_000 - Collections.frequency(tenth, "2"));
    assertThat(versions(node())).isEqualTo(tenth);
    assertThat(one.policyStatus().rollout()).contains(new PolicyStatus.RollingOut("10%", "1"));

    PublishedVersion third = published.publish(chat(40).rollout("20%"));
    assertThat(third.rollout()).contains(new RollingOut("20%", 1));
    awaitVersion(one, 3);
    List<String> fifth = versions(one);
    assertThat(Collections.frequency(fifth, "3")).isBetween(140, 260);
    for (int i = 0; i < tenth.size(); i++) {
      assertThat(tenth.get(i).equals("2") && fifth.get(i).equals("1")).isFalse();
    }

    published.publish(chat(40));
    awaitVersion(one, 4);
    assertThat(versions(one)).containsOnly("4");
    assertThat(one.policyStatus().rollout()).isEmpty();
  }

  @Test
  void aRollbackEndsARollout() {
    published.publish(chat(50));
    published.publish(chat(40).rollout("50%"));
    Quotas node = node();
    assertThat(versions(node)).contains("1", "2");
    PublishedVersion back = published.rollback(1, "team-ai", "too few");
    assertThat(back.rollout()).isEmpty();
    awaitVersion(node, 3);
    assertThat(versions(node)).containsOnly("3");
    // The text of a rollout comes back for everybody.
    published.rollback(2, "team-ai", "it was good");
    awaitVersion(node, 4);
    assertThat(versions(node)).containsOnly("4");
  }

  @Test
  void aNodeStartsOnTheCopyOfARolloutWhileRedisIsAway() throws IOException {
    published.publish(chat(50));
    published.publish(chat(40).rollout("10%"));
    Quotas before = node();
    List<String> versions = versions(before);
    before.close();
    redis.stop();
    Quotas node = node();
    assertThat(node.policyStatus().origin()).isEqualTo(PolicyStatus.Origin.LAST_GOOD_COPY);
    assertThat(versions(node)).isEqualTo(versions).contains("1", "2");
    node.close();

    Path copy = folder.resolve("good.yaml");
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length - 5] ^= 1;
    Files.write(copy, bytes);
    assertThatThrownBy(this::node).isInstanceOf(IllegalStateException.class);
    redis.restart();
    Eventually.within(
        RECONNECTED,
        "the version is read again",
        () -> {
          try {
            return versions(node()).equals(versions);
          } catch (IllegalStateException e) {
            return false;
          }
        });
  }

  @Test
  void aRolloutNeedsAVersionForTheRest() {
    assertThatThrownBy(() -> published.publish(chat(40).rollout("10%")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a rollout needs a version for the rest; publish one for everybody first");
    published.publish(chat(50));
    published.publish(chat(45));
    assertThatThrownBy(() -> published.publish(chat(40).basedOn(1).rollout("10%")))
        .isInstanceOf(PublicationConflictException.class);
    assertThatThrownBy(() -> chat(40).rollout("10")).isInstanceOf(IllegalArgumentException.class);
    assertThat(published.current().orElseThrow().number()).isEqualTo(2);
  }

  @Test
  void aNodeThatLacksTheTextOfTheRestKeepsItsVersion() {
    published.publish(chat(50));
    published.publish(chat(45));
    Quotas node = node();
    PublishedVersion first = published.version(2);
    published.publish(chat(40).rollout("10%"));
    awaitVersion(node, 3);
    redis.command("DEL", "q{policies}:t:" + first.digest());
    Quotas late =
        closing(
            Quotas.builder()
                .policies(chat(7).text().read())
                .policySource(published.source())
                .build());
    assertThat(late.policyStatus().problem())
        .contains("the text of version 2 is not in Redis any more");
    assertThat(versions(node)).contains("2", "3");
  }
}
