package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.Race;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Policies come into force as a whole, or not at all. */
@Timeout(60)
final class PolicyRegistryTest {

  private static QuotaPolicyBuilder quota(String name) {
    return QuotaPolicy.builder(name).limit("daily", "5 per calendar day");
  }

  private static Policies policies(String... names) {
    Policies.Builder builder = Policies.builder();
    for (String name : names) {
      builder.quota(quota(name).build());
    }
    return builder.build();
  }

  @Test
  void everyMistakeIsSaidAtOnceAndNothingIsChanged() {
    try (Quotas quotas = Quotas.builder().policies(policies("chat", "image", "video")).build()) {
      quotas.declareUse("chat", "com.acme.ChatServlet");
      quotas.declareUse("video", "com.acme.VideoServlet");
      quotas.define(
          quota("search").whenExhausted(WhenExhausted.DEGRADE).degradeTo("image").build(),
          "com.acme.SearchServlet");
      long version = quotas.engine().policies().version();

      assertThatThrownBy(() -> quotas.replacePolicies(policies("other")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("quota search degrades to the unknown quota \"image\"")
          .hasMessageContaining("chat, which com.acme.ChatServlet charges")
          .hasMessageContaining("video, which com.acme.VideoServlet charges");
      assertThat(quotas.policies().names())
          .containsExactlyInAnyOrder("chat", "image", "video", "search");
      assertThat(quotas.engine().policies().version()).isEqualTo(version);

      quotas.replacePolicies(policies("chat", "image", "video", "other"));
      assertThat(quotas.engine().policies().version()).isEqualTo(version + 1);
    }
  }

  @Test
  void aSetOfPoliciesNamesAllOfItsMistakes() {
    Policies.Builder builder =
        Policies.builder()
            .quota(quota("a").whenExhausted(WhenExhausted.DEGRADE).degradeTo("none").build())
            .quota(quota("b").planCapacity("gold", "daily", 9).build())
            .defaultPlan("silver");
    assertThat(builder.mistakes()).hasSize(3);
    assertThatThrownBy(builder::build)
        .hasMessageContaining("unknown quota \"none\"")
        .hasMessageContaining("unknown plan \"gold\"")
        .hasMessageContaining("unknown plan \"silver\"");
  }

  @Test
  void aQuotaCannotGoWhileSomebodySaysThatItIsUsed() throws Exception {
    for (int round = 0; round < 200; round++) {
      AtomicBoolean declared = new AtomicBoolean();
      AtomicBoolean replaced = new AtomicBoolean();
      try (Quotas quotas = Quotas.builder().policies(policies("chat", "image")).build()) {
        Race.run(
            2,
            thread -> {
              try {
                if (thread == 0) {
                  quotas.declareUse("chat", "com.acme.ChatServlet");
                  declared.set(true);
                } else {
                  quotas.replacePolicies(policies("image"));
                  replaced.set(true);
                }
              } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("chat");
              }
            });
        assertThat(declared.get()).isNotEqualTo(replaced.get());
        assertThat(quotas.policies().names().contains("chat")).isEqualTo(declared.get());
      }
    }
  }
}
