package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.PolicyStatus;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.redis.PublishedVersion.RollingOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A published version for a share of all people, while the rest stay on the version before. */
final class PublishedRolloutTest extends OnPublishedPolicies {

  private static Publication publication(long daily) {
    return publication(chat(daily));
  }

  /** Returns which version decides about each of a thousand people. */
  private static List<String> versions(Quotas node) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> node.states(Subject.user("person-" + i)).quotas().get(0).policyVersion())
        .toList();
  }

  @Test
  void allNodesRollTheSameVersionOutToTheSamePeople() {
    published.publish(publication(50));
    Quotas one = node();
    PublishedVersion second = published.publish(publication(40).rollout("10%"));
    assertThat(second.rollout()).contains(new RollingOut("10%", 1));
    assertThat(published.current()).contains(second);
    awaitVersion(one, 2);
    List<String> tenth = versions(one);
    assertThat(Collections.frequency(tenth, "2")).isBetween(60, 140);
    assertThat(Collections.frequency(tenth, "1"))
        .isEqualTo(1_000 - Collections.frequency(tenth, "2"));
    assertThat(versions(node())).isEqualTo(tenth);
    assertThat(one.policyStatus().rollout()).contains(new PolicyStatus.RollingOut("10%", "1"));

    PublishedVersion third = published.publish(publication(40).rollout("20%"));
    assertThat(third.rollout()).contains(new RollingOut("20%", 1));
    awaitVersion(one, 3);
    List<String> fifth = versions(one);
    assertThat(Collections.frequency(fifth, "3")).isBetween(140, 260);
    for (int i = 0; i < tenth.size(); i++) {
      assertThat(tenth.get(i).equals("2") && fifth.get(i).equals("1")).isFalse();
    }

    published.publish(publication(40));
    awaitVersion(one, 4);
    assertThat(versions(one)).containsOnly("4");
    assertThat(one.policyStatus().rollout()).isEmpty();
  }

  @Test
  void aRollbackEndsARollout() {
    published.publish(publication(50));
    published.publish(publication(40).rollout("50%"));
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
    published.publish(publication(50));
    published.publish(publication(40).rollout("10%"));
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
    assertThatThrownBy(() -> published.publish(publication(40).rollout("10%")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a rollout needs a version for the rest; publish one for everybody first");
    published.publish(publication(50));
    published.publish(publication(45));
    assertThatThrownBy(() -> published.publish(publication(40).basedOn(1).rollout("10%")))
        .isInstanceOf(PublicationConflictException.class);
    assertThatThrownBy(() -> publication(40).rollout("10"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(published.current().orElseThrow().number()).isEqualTo(2);
  }

  @Test
  void aNodeThatLacksTheTextOfTheRestKeepsItsVersion() {
    published.publish(publication(50));
    published.publish(publication(45));
    Quotas node = node();
    PublishedVersion first = published.version(2);
    published.publish(publication(40).rollout("10%"));
    awaitVersion(node, 3);
    redis.command("DEL", "q{policies}:t:" + first.digest());
    Quotas late =
        closing(
            Quotas.builder()
                .policies(publication(7).text().read())
                .policySource(published.source())
                .build());
    assertThat(late.policyStatus().problem())
        .contains("the text of version 2 is not in Redis any more");
    assertThat(versions(node)).contains("2", "3");
  }
}
