package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.spi.FailingStore;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.io.StringReader;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Policies that would fail at the first charge are refused when they are loaded. */
final class PolicyUseTest {

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");

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

  private Quotas engine(Policies policies) {
    return Quotas.builder().policies(policies).store(new FailingStore(clock)).clock(clock).build();
  }

  @Test
  void policiesThatLackQuotasInUseAreRefusedAndNameTheEndpoints() {
    Quotas quotas = engine(policies("chat", "image", "search"));
    quotas.declareUse("chat", "com.acme.ChatServlet");
    quotas.declareUse("chat", "com.acme.LargeChatServlet");
    quotas.declareUse("image", "com.acme.ImageServlet");

    assertThatThrownBy(() -> quotas.replacePolicies(policies("search", "extra")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chat, which com.acme.ChatServlet, com.acme.LargeChatServlet charges")
        .hasMessageContaining("image, which com.acme.ImageServlet charges");
    assertThat(quotas.policies().names()).containsExactly("chat", "image", "search");
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isTrue();

    quotas.replacePolicies(policies("image", "chat"));
    assertThat(quotas.policies().names()).containsExactly("image", "chat");
  }

  @Test
  void aQuotaInCodeOrInPlaceTakesTheRoleOfOneThatTheFileDrops() {
    Quotas quotas =
        Quotas.builder().policies(policies("chat", "image")).policy(quota("chat").build()).build();
    quotas.define(quota("image").build(), "com.acme.ImageServlet");
    quotas.declareUse("chat", "com.acme.ChatServlet");
    quotas.declareUse("image", "com.acme.ImageServlet");

    assertThatCode(() -> quotas.replacePolicies(policies("other"))).doesNotThrowAnyException();
  }

  @Test
  void aUseOfAQuotaThatIsNotThereIsRefused() {
    Quotas quotas = engine(policies("chat"));
    assertThatThrownBy(() -> quotas.declareUse("cat", "com.acme.CatServlet"))
        .isInstanceOf(UnknownQuotaException.class)
        .hasMessage("unknown quota \"cat\"; the quotas are [chat]");
  }

  @Test
  void whoNamesAQuotaThatIsGoneIsToldWhichOne() {
    Quotas quotas = engine(policies("chat", "image"));
    quotas.replacePolicies(policies("image"));
    assertThatThrownBy(() -> quotas.charge(ALICE, "chat", 1))
        .isInstanceOfSatisfying(
            UnknownQuotaException.class, e -> assertThat(e.quota()).isEqualTo("chat"));
    assertThatThrownBy(() -> quotas.reserve(ALICE, "chat", 1))
        .isInstanceOf(UnknownQuotaException.class);
    assertThatThrownBy(() -> quotas.states(ALICE, List.of("chat")))
        .isInstanceOf(UnknownQuotaException.class);
  }

  @Test
  void aMessageAboutThousandsOfQuotasIsShort() {
    Policies.Builder many = Policies.builder();
    IntStream.range(0, 900).forEach(i -> many.quota(quota("q" + i).build()));
    assertThatThrownBy(() -> engine(many.build()).charge(ALICE, "x".repeat(100_000), 1))
        .hasMessageContaining("…")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_000));
  }

  private static QuotaPolicyBuilder withLimits(int count, String scope) {
    QuotaPolicyBuilder builder = QuotaPolicy.builder("chat");
    for (int i = 0; i < count; i++) {
      builder.limit("l" + i, (i + 1) + " per hour" + scope);
    }
    return builder;
  }

  @Test
  void moreThanSixtyLimitsOnOneScopeAreRefusedInCode() {
    assertThat(withLimits(60, "").build().limits()).hasSize(60);
    assertThatThrownBy(() -> withLimits(61, "").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quota chat has more than 60 limits that count on one scope, user");
    assertThatThrownBy(() -> withLimits(61, " per org").build()).hasMessageContaining("org");
    QuotaPolicyBuilder split = withLimits(60, "");
    IntStream.range(0, 60).forEach(i -> split.limit("o" + i, "5 per hour per org"));
    assertThat(split.build().limits()).hasSize(120);
  }

  @Test
  void theyAreRefusedInAFileAtTheirPlace() {
    String limits =
        IntStream.range(0, 61)
            .mapToObj(i -> "l" + i + ": 9 per hour")
            .collect(Collectors.joining(", "));
    String yaml = "version: 1\nquotas:\n  chat: {limits: {" + limits + "}}\n";
    assertThatThrownBy(() -> PolicyFile.read("quotas.yaml", new StringReader(yaml)))
        .hasMessageContaining("quotas.yaml:3:3: quota chat has more than 60 limits");
  }

  @Quota(
      value = "chat",
      limits = {
        "a: 1 per hour", "b: 1 per hour", "c: 1 per hour", "d: 1 per hour", "e: 1 per hour",
        "f: 1 per hour", "g: 1 per hour", "h: 1 per hour", "i: 1 per hour", "j: 1 per hour",
        "k: 1 per hour", "l: 1 per hour", "m: 1 per hour", "n: 1 per hour", "o: 1 per hour",
        "p: 1 per hour", "q: 1 per hour", "r: 1 per hour", "s: 1 per hour", "t: 1 per hour",
        "aa: 1 per hour", "ab: 1 per hour", "ac: 1 per hour", "ad: 1 per hour", "ae: 1 per hour",
        "af: 1 per hour", "ag: 1 per hour", "ah: 1 per hour", "ai: 1 per hour", "aj: 1 per hour",
        "ak: 1 per hour", "al: 1 per hour", "am: 1 per hour", "an: 1 per hour", "ao: 1 per hour",
        "ap: 1 per hour", "aq: 1 per hour", "ar: 1 per hour", "as: 1 per hour", "at: 1 per hour",
        "ba: 1 per hour", "bb: 1 per hour", "bc: 1 per hour", "bd: 1 per hour", "be: 1 per hour",
        "bf: 1 per hour", "bg: 1 per hour", "bh: 1 per hour", "bi: 1 per hour", "bj: 1 per hour",
        "bk: 1 per hour", "bl: 1 per hour", "bm: 1 per hour", "bn: 1 per hour", "bo: 1 per hour",
        "bp: 1 per hour", "bq: 1 per hour", "br: 1 per hour", "bs: 1 per hour", "bt: 1 per hour",
        "bu: 1 per hour"
      })
  private static final class Crowded {}

  @Test
  void theyAreRefusedInPlace() {
    assertThatThrownBy(() -> InPlacePolicy.of(Crowded.class.getAnnotation(Quota.class)))
        .hasMessageContaining("quota chat has more than 60 limits");
  }

  /** Counts nothing, and only limits whose names are short. */
  private record Choosy(QuotaStore counts) implements QuotaStore {

    @Override
    public Set<StoreCapability> capabilities() {
      return counts.capabilities();
    }

    @Override
    public StoreReply execute(StoreCommand command) {
      return counts.execute(command);
    }

    @Override
    public void requireCountable(List<LimitSpec> limits) {
      if (limits.stream().anyMatch(limit -> limit.name().length() > 5)) {
        throw new IllegalArgumentException("names must be short");
      }
    }

    @Override
    public StoreHealth health() {
      return counts.health();
    }

    @Override
    public void close() {
      counts.close();
    }
  }

  @Test
  void whatTheStoreCannotCountIsRefusedWheneverPoliciesAreLoaded() {
    QuotaStore choosy = new Choosy(new FailingStore(clock));
    QuotaPolicy bad = QuotaPolicy.builder("image").limit("longer", "5 per hour").build();
    String problem = "quota image: names must be short";
    assertThatThrownBy(() -> Quotas.builder().store(choosy).policy(bad).build())
        .hasMessage(problem);
    Quotas quotas = Quotas.builder().store(choosy).policies(policies("chat")).build();
    assertThatThrownBy(() -> quotas.define(bad, "com.acme.ImageServlet")).hasMessage(problem);
    assertThatThrownBy(() -> quotas.replacePolicies(Policies.builder().quota(bad).build()))
        .hasMessage(problem);
    assertThat(quotas.policies().names()).containsExactly("chat");
  }
}
