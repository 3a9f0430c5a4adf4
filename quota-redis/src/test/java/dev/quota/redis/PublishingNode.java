package dev.quota.redis;

import dev.quota.source.PolicyText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/** Another JVM that publishes one version after the other until it is killed. */
final class PublishingNode {

  private PublishingNode() {}

  static PolicyText text(long daily) {
    String yaml =
        "version: 1\nquotas:\n  chat: {limits: {daily: "
            + daily
            + " per calendar day}}\n# "
            + "x".repeat(50_000)
            + "\n";
    return PolicyText.of("quotas.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  public static void main(String... arguments) {
    PublishedPolicies published = PublishedPolicies.connect(arguments[0]);
    for (long daily = 1; ; daily++) {
      published.publish(
          new Publication(text(daily), List.of(), "node", "again", OptionalLong.empty()));
      System.out.println("published");
    }
  }
}
