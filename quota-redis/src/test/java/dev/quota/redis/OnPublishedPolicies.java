package dev.quota.redis;

import dev.quota.Quotas;
import dev.quota.policy.Capacity;
import dev.quota.source.PolicyText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Redis of its own for each test, which can stop it, and nodes that read policies from it. */
@Timeout(120)
abstract class OnPublishedPolicies {

  /** Long, because the machine can be busy. */
  static final Duration EFFECTIVE = Duration.ofSeconds(20);

  /** For what needs a new connection to Redis. */
  static final Duration RECONNECTED = Duration.ofSeconds(20);

  @TempDir Path folder;
  RedisProcess redis;
  PublishedPolicies published;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  final void start() {
    redis = RedisProcess.start("appendonly yes", "appendfsync always");
    published = closing(PublishedPolicies.connect(redis.address()));
  }

  @AfterEach
  final void close() throws Exception {
    Collections.reverse(open);
    for (AutoCloseable one : open) {
      one.close();
    }
    redis.close();
  }

  /** Closes something after the test, before what was opened earlier. */
  final <T extends AutoCloseable> T closing(T one) {
    open.add(one);
    return one;
  }

  /** Starts a node with a connection of its own. All nodes of a test have one last good copy. */
  final Quotas node() {
    PublishedPolicies connection = closing(PublishedPolicies.connect(redis.address()));
    return closing(
        Quotas.builder()
            .policySource(connection.source())
            .lastGoodPolicies(folder.resolve("good.yaml"))
            .build());
  }

  /** Returns a policy file with one quota. */
  static String chat(long daily) {
    return "version: 1\nquotas:\n  chat: {limits: {daily: " + daily + " per calendar day}}\n";
  }

  static Publication publication(String yaml) {
    PolicyText text = PolicyText.of("quotas.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    return new Publication(text, List.of(), "team-ai", "more for all", OptionalLong.empty());
  }

  /** Returns the capacity of {@link #chat} that a node decides with. */
  static long limit(Quotas quotas) {
    Capacity capacity = quotas.policies().quotas().get("chat").limits().get(0).capacity();
    return ((Capacity.Limited) capacity).units();
  }

  static void awaitVersion(Quotas node, long number) {
    awaitVersion(node, number, EFFECTIVE);
  }

  static void awaitVersion(Quotas node, long number, Duration patience) {
    Eventually.within(
        patience,
        () -> "version " + number + " is in force; it is " + node.policyStatus().detail(),
        () -> node.policyStatus().version().equals("" + number));
  }
}
