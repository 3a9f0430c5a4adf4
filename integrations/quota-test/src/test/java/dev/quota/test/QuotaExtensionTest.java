package dev.quota.test;

import static dev.quota.test.QuotaAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

@QuotaTest
class QuotaExtensionTest {

  private static final Subject ALICE = Subject.user("alice");

  private Quotas seenBefore;

  @BeforeEach
  void before(Quotas quotas) {
    seenBefore = quotas;
  }

  @Test
  void readsTheFileOfTheClassPathAndGivesOneEngine(
      TestQuotas test, Quotas quotas, ManualClock clock) {
    assertThat(quotas).isSameAs(test.quotas()).isSameAs(seenBefore);
    assertThat(clock).isSameAs(test.clock());
    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-15T12:00:00Z"));
    assertThat(quotas.policies().names()).containsExactly("chat");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void countsAreThoseOfOneMethod(int run, Quotas quotas) {
    assertThat(quotas.charge(ALICE, "chat", 7)).isAllowed().hasUsed(7);
  }

  @Test
  void theClockMovesByHand(Quotas quotas, ManualClock clock) {
    quotas.charge(ALICE, "chat", 10);
    assertThat(quotas.charge(ALICE, "chat", 1)).isDenied().retriesAfter(Duration.ofSeconds(6));
    clock.advance(Duration.ofSeconds(6));
    assertThat(quotas.charge(ALICE, "chat", 1)).isAllowed();
  }

  @Nested
  @QuotaTest(
      policies =
          """
          version: 1
          quotas: {images: {limits: {daily: 2 per calendar day}}}
          """,
      startsAt = "2026-12-31T23:59:59Z")
  class OfItsOwn {
    @Test
    void takesPrecedence(TestQuotas test) {
      test.given("alice").hasUsedUp("images");
      assertThat(test.quotas().charge(ALICE, "images", 1)).isDenied();
      test.clock().advance(Duration.ofSeconds(1));
      assertThat(test.quotas().charge(ALICE, "images", 1)).isAllowed();
    }
  }

  @Nested
  class Within {
    @Test
    void takesTheOneAround(Quotas quotas) {
      assertThat(quotas.policies().names()).containsExactly("chat");
    }
  }

  static class InCode {
    @RegisterExtension
    final QuotaExtension extension =
        QuotaExtension.of(
            Policies.builder()
                .quota(QuotaPolicy.builder("video").limit("daily", "1 per calendar day").build())
                .build());

    @Test
    void policiesMadeInCode(Quotas quotas) {
      assertThat(quotas.charge(ALICE, "video", 1)).isAllowed();
    }
  }

  @Tag("started-by-a-test")
  @QuotaTest("classpath:no-such-file.yaml")
  static class NoSuchResource {
    @Test
    void fails(Quotas quotas) {}
  }

  @Tag("started-by-a-test")
  @QuotaTest("no/such/file.yaml")
  static class NoSuchFile {
    @Test
    void fails(Quotas quotas) {}
  }

  @Tag("started-by-a-test")
  @QuotaTest(policies = "version: 1\nquotas: {chat: {limts: {daily: 1 per calendar day}}}")
  static class WrongPolicies {
    @Test
    void fails(Quotas quotas) {}
  }

  @Tag("started-by-a-test")
  @QuotaTest(startsAt = "noon")
  static class WrongStart {
    @Test
    void fails(Quotas quotas) {}
  }

  @Tag("started-by-a-test")
  @ExtendWith(QuotaExtension.class)
  static class NoPolicies {
    @Test
    void fails(Quotas quotas) {}
  }

  @Test
  void mistakesSayWhatToDo() {
    assertThat(failure(InCode.class)).isEmpty();
    assertThat(failure(NoSuchResource.class))
        .contains("There is no resource no-such-file.yaml on the class path");
    assertThat(failure(NoSuchFile.class)).contains("no/such/file.yaml", "there is no such file");
    assertThat(failure(WrongPolicies.class)).contains("policies of @QuotaTest", "limts");
    assertThat(failure(WrongStart.class)).contains("startsAt", "\"noon\"");
    assertThat(failure(NoPolicies.class)).contains("annotate", "QuotaExtension.of(policies)");
  }

  @QuotaTest
  static class Leaking {
    private static Quotas engine;

    @Test
    void keepsTheEngine(Quotas quotas) {
      engine = quotas;
    }
  }

  @Test
  void theEngineIsClosedAfterTheMethod() {
    assertThat(failure(Leaking.class)).isEmpty();
    assertThatThrownBy(() -> Leaking.engine.charge(ALICE, "chat", 1))
        .isInstanceOf(dev.quota.store.QuotaStoreException.class);
  }

  @Test
  void manyThreadsCountOnOneEngine(TestQuotas test) {
    long allowed =
        java.util.stream.IntStream.range(0, 1_000)
            .parallel()
            .filter(i -> test.quotas().charge(ALICE, "chat", 1).isAllowed())
            .count();
    assertThat(allowed).isEqualTo(10);
  }

  /** Runs a class as JUnit does and returns what made it fail. */
  private static String failure(Class<?> type) {
    StringBuilder failures = new StringBuilder();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(List.of(selectClass(type))).build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().ifPresent(thrown -> failures.append(withCauses(thrown)));
              }
            });
    return failures.toString();
  }

  private static String withCauses(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      text.append(cause.getMessage()).append('\n');
    }
    return text.toString();
  }
}
