package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.source.PolicyText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

/** Policies are published on a Cluster as on one Redis, also after a failover. */
@Timeout(180)
@Tag("topology")
final class PublishedOnClusterTest {

  private static Publication publication(int daily) {
    String yaml = "version: 1\nquotas: {chat: {limits: " + daily + " per calendar day}}\n";
    PolicyText text = PolicyText.of("q.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    return new Publication(text, List.of(), "team-ai", "a test", OptionalLong.empty());
  }

  private static void awaitVersion(Quotas node, String version, Duration patience) {
    Eventually.within(
        patience,
        () -> "version " + version + ": " + node.policyStatus(),
        () -> node.policyStatus().version().equals(version));
  }

  @Test
  void versionsComeIntoForceOnAllNodesOfTheApplication() {
    try (RedisCluster cluster = RedisCluster.start()) {
      RedissonClient one = PlainRedisson.to(cluster);
      RedissonClient other = PlainRedisson.to(cluster);
      try (PublishedPolicies published = PublishedPolicies.of(one, "app");
          PublishedPolicies elsewhere = PublishedPolicies.of(other, "app")) {
        published.publish(publication(50));
        try (Quotas near = Quotas.builder().policySource(published.source()).build();
            Quotas far = Quotas.builder().policySource(elsewhere.source()).build()) {
          elsewhere.publish(publication(40));
          awaitVersion(near, "2", Duration.ofSeconds(20));
          awaitVersion(far, "2", Duration.ofSeconds(20));

          RedisProcess master = cluster.masterOf("app{policies}");
          master.kill();
          cluster.awaitFailover("app{policies}", master);
          Eventually.within(
              Duration.ofSeconds(30), "the other client finds it", () -> canRollBack(elsewhere));
          long newest = published.current().orElseThrow().number();
          awaitVersion(near, "" + newest, Duration.ofSeconds(20));
          assertThat(far.policies().names()).containsExactly("chat");
        }
      } finally {
        PlainRedisson.close(one);
        PlainRedisson.close(other);
      }
    }
  }

  private static boolean canRollBack(PublishedPolicies published) {
    try {
      return published.rollback(1, "team-ai", "a failover").rollbackTo().isPresent();
    } catch (dev.quota.store.QuotaStoreException e) {
      return false;
    }
  }
}
