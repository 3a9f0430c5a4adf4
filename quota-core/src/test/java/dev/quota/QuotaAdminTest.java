package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.store.ManualClock;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

final class QuotaAdminTest {

  private static final String FILE =
      """
      version: 1
      quotas:
        chat: {limits: 50 per calendar day, owner: team-ai, review-by: 2026-11-23}
        image:
          limits: {daily: 5 per calendar day, hourly: {limit: 2 per hour, mode: shadow}}
          owner: team-image
          review-by: 2026-11-22
        voice: {limits: 5 per calendar day, review-by: 2025-01-01}
        plain: {limits: 5 per calendar day}
      """;

  private final ManualClock clock = ManualClock.at("2026-11-23T23:59:59Z");
  private final Quotas quotas = Quotas.builder().clock(clock).policies(policies()).build();
  private final QuotaAdmin admin = QuotaAdmin.of(quotas);

  private static Policies policies() {
    return PolicyFile.read("quotas.yaml", new StringReader(FILE));
  }

  @Test
  void overdueReviewsComeFirst() {
    assertThat(admin.inventory())
        .extracting(QuotaAdmin.Entry::quota)
        .containsExactly("voice", "image", "chat", "plain");
    assertThat(admin.overdue())
        .extracting(QuotaAdmin.Entry::quota)
        .containsExactly("voice", "image");
    QuotaAdmin.Entry image = admin.overdue().get(1);
    assertThat(image.owner()).contains("team-image");
    assertThat(image.limits()).containsExactly("daily", "hourly");
    assertThat(image.shadow()).containsExactly("hourly");
    clock.set(clock.instant().plusSeconds(1));
    assertThat(admin.overdue()).hasSize(3);
  }

  @Test
  void aRolloutWidensAndEnds() {
    Policies newer = policies().toBuilder().version("2").build();
    admin.rollOut("10%", newer);
    admin.rollOut("20%", newer);
    assertThat(admin.status().rollout())
        .contains(new PolicyStatus.RollingOut("20%", policies().version()));
    admin.replace(newer);
    assertThat(admin.status().rollout()).isEmpty();
    assertThat(admin.reload().version()).isEqualTo("2");
    assertThatThrownBy(() -> admin.rollOut("all", newer)).hasMessageContaining("a rollout must be");
  }
}
