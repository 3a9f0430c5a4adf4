package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Action;
import dev.quota.policy.Capacity;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PolicyWarningsTest {

  private static final Logger LOG = Logger.getLogger(PolicyWarnings.class.getName());

  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOG.addHandler(handler);
    LOG.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    LOG.removeHandler(handler);
    LOG.setUseParentHandlers(true);
  }

  private static QuotaPolicyBuilder agents() {
    return QuotaPolicy.builder("agents").limit("steps", "12 calls per conversation");
  }

  private static void load(QuotaPolicy policy) {
    Quotas.builder()
        .policies(Policies.builder().plan(Plan.of("pro")).quota(policy).build())
        .build()
        .close();
  }

  @Test
  void warnsOfAQuotaThatLimitsConversationsOnly() {
    load(agents().limit("rate", "10 per minute per conversation").build());
    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("Quota agents limits conversations and nothing else: a client that begins")
        .contains("`daily: 10_000 per calendar day`");
  }

  @Test
  void warnsWhereOnePlanHasNothingElse() {
    load(agents().limit("daily", "50 per calendar day").planUnlimited("pro", "daily").build());
    assertThat(lines).singleElement().asString().contains("on the plans [pro]");
  }

  @Test
  void saysNothingWhereASubjectIsLimited() {
    load(agents().limit("daily", "50 per calendar day").build());
    load(agents().limit("running", "3 at once").build());
    load(
        agents()
            .limit("daily", "unlimited per calendar day")
            .planCapacity("pro", "steps", Capacity.unlimited())
            .limit("all", "5000 per calendar day per org")
            .build());
    assertThat(lines).isEmpty();
  }

  @Test
  void warnsOfWhatIsDefinedInPlaceAndOfWhatIsReplaced() {
    try (Quotas quotas = Quotas.builder().build()) {
      quotas.define(agents().build(), "a test");
      assertThat(lines).hasSize(1);
      quotas.replacePolicies(Policies.builder().build());
      assertThat(lines).hasSize(2);
    }
  }

  private static void loadPlans(QuotaPolicy quota, Action action) {
    Plan free = new Plan("free", "Free", List.of(action));
    Quotas.builder()
        .policies(Policies.builder().plan(free).plan(Plan.of("pro")).quota(quota).build())
        .build()
        .close();
  }

  @Test
  void warnsOfAnUpgradeThatIsNeverShown() {
    QuotaPolicyBuilder chat = QuotaPolicy.builder("chat").limit("daily", "50 per calendar day");
    Action upgrade = new Action("upgrade", "See plans", "/plans");
    loadPlans(chat.build(), upgrade);
    loadPlans(chat.planCapacity("pro", "daily", 20).build(), upgrade);
    assertThat(lines)
        .hasSize(2)
        .allSatisfy(it -> assertThat(it).startsWith("Plan free has an action with `rel: upgrade`"));
    lines.clear();
    loadPlans(chat.build(), new Action("plans", "See plans", "/plans"));
    loadPlans(chat.planCapacity("pro", "daily", 51).build(), upgrade);
    loadPlans(chat.actions("free", List.of()).build(), upgrade);
    assertThat(lines).isEmpty();
  }
}
