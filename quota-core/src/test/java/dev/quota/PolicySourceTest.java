package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import dev.quota.source.PolicySource;
import dev.quota.source.PolicyText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** New versions of a watched file come into force as a whole, or not at all. */
@Timeout(120)
final class PolicySourceTest {

  private static final Subject ALICE = Subject.user("alice");
  private static final String IMAGE = "  image: {limits: 5 per calendar day}\n";

  @TempDir private Path folder;
  private Path file;
  private Path copy;
  private Logged log;
  private final BlockingQueue<PolicyStatus> heard = new LinkedBlockingQueue<>();

  @BeforeEach
  void place() {
    file = folder.resolve("quotas.yaml");
    copy = folder.resolve("state/quotas.good.yaml");
    log = Logged.of(Quotas.class);
  }

  @AfterEach
  void close() {
    log.close();
  }

  private static String chat(int daily) {
    return "version: 1\nquotas:\n  chat: {limits: {daily: " + daily + " per calendar day}}\n";
  }

  private void replace(String text) throws IOException {
    Path written = Files.writeString(folder.resolve("next"), text);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private QuotasBuilder builder() {
    return Quotas.builder()
        .policySource(
            PolicySource.file(file)
                .interval(Duration.ofMillis(20))
                .settleTime(Duration.ofMillis(2)))
        .policyListener(heard::add);
  }

  private PolicyStatus next() throws InterruptedException {
    PolicyStatus status = heard.poll(30, TimeUnit.SECONDS);
    assertThat(status).as("nothing was told").isNotNull();
    return status;
  }

  private static long limit(Quotas quotas) {
    return quotas.states(ALICE, List.of("chat")).quotas().get(0).primary().limit().orElseThrow();
  }

  @Test
  void aNewVersionComesIntoForceAndCountsAreKept() throws Exception {
    replace(chat(50));
    List<QuotaEvent> events = new ArrayList<>();
    try (Quotas quotas = builder().listener(events::add).build()) {
      String first = quotas.policyStatus().version();
      Decision.Allowed allowed = (Decision.Allowed) quotas.charge(ALICE, "chat", 20);
      assertThat(allowed.states().quotas().get(0).policyVersion()).isEqualTo(first);
      replace(chat(40));
      PolicyStatus status = next();
      assertThat(status.version()).isNotEqualTo(first);
      assertThat(status.isCurrent()).isTrue();
      assertThat(status.detail())
          .isEqualTo("Policies " + status.version() + " of file " + file + ".");
      QuotaState state = quotas.states(ALICE).quotas().get(0);
      assertThat(state.policyVersion()).isEqualTo(status.version());
      assertThat(state.primary().remaining()).hasValue(20);
      quotas.refund(allowed.receipt());
      assertThat(events).extracting(QuotaEvent::policyVersion).containsExactly(first, first);
    }
  }

  @Test
  void policiesThatAreGivenHaveAVersionToo() throws Exception {
    replace(chat(50));
    try (Quotas quotas = Quotas.builder().policies(PolicyFile.read(file)).build()) {
      assertThat(quotas.policyStatus().version())
          .matches("[0-9a-f]{12}")
          .isEqualTo(PolicySource.file(file).read().version());
      assertThat(quotas.policyStatus().origin()).isEqualTo(PolicyStatus.Origin.APPLICATION);
      assertThat(quotas.reloadPolicies()).isEqualTo(quotas.policyStatus());
    }
  }

  @Test
  void aVersionWithMistakesIsRefusedWithAllOfThemAndTheLastGoodOneStays() throws Exception {
    replace(chat(50));
    try (Quotas quotas = builder().build()) {
      String first = quotas.policyStatus().version();
      replace("version: 2\ndefault-zone: Europe/Berln\n" + chat(40).substring(11));
      PolicyStatus status = next();
      assertThat(status.version()).isEqualTo(first);
      assertThat(status.isCurrent()).isFalse();
      assertThat(status.refused().orElseThrow().mistakes())
          .containsExactly(
              file + ":1:10: version must be 1, was `2`",
              file + ":2:15: unknown time zone `Europe/Berln`, did you mean `Europe/Berlin`?");
      assertThat(limit(quotas)).isEqualTo(50);
      assertThat(log.messages()).anyMatch(line -> line.contains("are refused"));

      replace(chat(50));
      assertThat(next().isCurrent()).isTrue();
      replace("");
      assertThat(next().refused()).isPresent();
      replace(chat(30));
      assertThat(next().isCurrent()).isTrue();
      assertThat(limit(quotas)).isEqualTo(30);
    }
  }

  @Test
  void aVersionWithoutAQuotaThatIsUsedIsRefusedUntilItHasIt() throws Exception {
    replace(chat(50) + IMAGE);
    try (Quotas quotas = builder().build()) {
      quotas.declareUse("image", "com.acme.ImageServlet");
      replace(chat(40));
      assertThat(next().refused().orElseThrow().mistakes())
          .singleElement()
          .asString()
          .contains("image, which com.acme.ImageServlet charges");
      assertThat(limit(quotas)).isEqualTo(50);
      quotas.define(
          dev.quota.policy.QuotaPolicy.builder("image")
              .limit("daily", "9 per calendar day")
              .build(),
          "com.acme.ImageServlet");
      assertThat(quotas.reloadPolicies().isCurrent()).isTrue();
      assertThat(limit(quotas)).isEqualTo(40);
    }
  }

  @Test
  void aFileThatIsGoneIsToldAndChangesNothing() throws Exception {
    replace(chat(50));
    try (Quotas quotas = builder().build()) {
      Files.delete(file);
      assertThat(next().problem()).hasValue("there is no such file");
      assertThat(limit(quotas)).isEqualTo(50);
      replace(chat(50));
      assertThat(next().isCurrent()).isTrue();
    }
  }

  @Test
  void aNodeStartsOnTheCopyWhereTheFileIsGoneOrHasAMistake() throws Exception {
    replace(chat(50));
    builder().lastGoodPolicies(copy).build().close();
    replace(chat(40));
    builder().lastGoodPolicies(copy).build().close();
    replace("version: 1\nquotas: {chat: {limit: 1}}\n");
    try (Quotas quotas = builder().lastGoodPolicies(copy).build()) {
      PolicyStatus status = quotas.policyStatus();
      assertThat(limit(quotas)).isEqualTo(40);
      assertThat(status.origin()).isEqualTo(PolicyStatus.Origin.LAST_GOOD_COPY);
      assertThat(status.refused().orElseThrow().mistakes().get(0))
          .contains("the key `limits` is missing");
      assertThat(status.detail()).contains("the copy of the last good version of file");
      replace(chat(30));
      assertThat(next().origin()).isEqualTo(PolicyStatus.Origin.SOURCE);
      assertThat(limit(quotas)).isEqualTo(30);
    }
    Files.delete(file);
    Files.writeString(copy, Files.readString(copy).replace("30 per", "99 per"));
    try (Quotas quotas = builder().lastGoodPolicies(copy).build()) {
      assertThat(limit(quotas)).as("a damaged copy is not used").isEqualTo(40);
      assertThat(quotas.policyStatus().problem()).hasValue("there is no such file");
      assertThat(log.messages()).anyMatch(line -> line.contains("The engine starts on"));
    }
  }

  @Test
  void withoutACopyTheApplicationsOwnPoliciesAreUsedOrTheStartFails() throws Exception {
    assertThatThrownBy(() -> builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("file " + file + " cannot be read: there is no such file");
    assertThatThrownBy(() -> builder().lastGoodPolicies(copy).build())
        .isInstanceOf(IllegalStateException.class);
    replace("version: 1\nquotas: {chat: {limit: 1}}\n");
    assertThatThrownBy(() -> builder().build()).isInstanceOf(PolicyException.class);
    Path own = Files.writeString(folder.resolve("own.yaml"), chat(7));
    try (Quotas quotas = builder().policies(PolicyFile.read(own)).build()) {
      assertThat(limit(quotas)).isEqualTo(7);
      assertThat(quotas.policyStatus().origin()).isEqualTo(PolicyStatus.Origin.APPLICATION);
      replace(chat(8));
      assertThat(next().origin()).isEqualTo(PolicyStatus.Origin.SOURCE);
      assertThat(limit(quotas)).isEqualTo(8);
    }
  }

  @Test
  void aRestartOnAVersionThatLacksWhatIsUsedGoesBackToTheOneBefore() throws Exception {
    replace(chat(50) + IMAGE);
    builder().lastGoodPolicies(copy).build().close();
    replace(chat(40));
    for (int restart = 0; restart < 3; restart++) {
      heard.clear();
      try (Quotas quotas = builder().lastGoodPolicies(copy).build()) {
        quotas.declareUse("image", "com.acme.ImageServlet");
        assertThat(limit(quotas)).isEqualTo(50);
        assertThat(next().refused().orElseThrow().mistakes().get(0))
            .contains("lack quota image, which com.acme.ImageServlet charges");
        assertThat(quotas.reloadPolicies().isCurrent()).isFalse();
        assertThat(limit(quotas)).isEqualTo(50);
        assertThatThrownBy(() -> quotas.declareUse("video", "com.acme.VideoServlet"))
            .isInstanceOf(UnknownQuotaException.class);
      }
    }
    replace(chat(30) + IMAGE);
    try (Quotas quotas = builder().lastGoodPolicies(copy).build()) {
      quotas.declareUse("image", "com.acme.ImageServlet");
      assertThat(limit(quotas)).isEqualTo(30);
    }
  }

  @Test
  void policiesGivenByHandStayUntilTheFileChanges() throws Exception {
    replace(chat(50));
    try (Quotas quotas = builder().build()) {
      quotas.replacePolicies(
          PolicyFile.read(Files.writeString(folder.resolve("hand.yaml"), chat(9))));
      assertThat(quotas.reloadPolicies().version())
          .isEqualTo(PolicySource.file(folder.resolve("hand.yaml")).read().version());
      assertThat(limit(quotas)).isEqualTo(9);
      replace(chat(40));
      next();
      assertThat(limit(quotas)).isEqualTo(40);
    }
  }

  /** A source that an application wrote, and that fails as it should not. */
  private static final class Failing implements PolicySource {

    private final PolicyText text;
    private final AtomicBoolean fails = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Failing(PolicyText text) {
      this.text = text;
    }

    @Override
    public String name() {
      return "a source";
    }

    @Override
    public PolicyText read() {
      if (fails.get()) {
        throw new IllegalStateException("it broke");
      }
      return text;
    }

    @Override
    public boolean awaitChange() throws InterruptedException {
      closed.await();
      return false;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void aSourceThatFailsUnexpectedlyIsToldAndIsClosedWithTheEngine() throws Exception {
    replace(chat(50));
    Failing source = new Failing(PolicySource.file(file).read());
    try (Quotas quotas = Quotas.builder().policySource(source).build()) {
      source.fails.set(true);
      assertThat(quotas.reloadPolicies().problem())
          .hasValue("java.lang.IllegalStateException: it broke");
      assertThat(quotas.reloadPolicies().detail())
          .endsWith("a source cannot be read: java.lang.IllegalStateException: it broke");
      assertThat(log.messages()).filteredOn(line -> line.contains("cannot be read")).hasSize(1);
      assertThat(limit(quotas)).isEqualTo(50);
    }
    assertThat(source.closed.getCount()).isZero();
  }

  /** Each version has the same number in three places, so half a version would show. */
  private static String consistent(int number) {
    return ("version: 1\nquotas:\n  chat:\n    label: V#\n    limits: {a: # per calendar day, b: # per"
            + " calendar month}\n"
            + "    plans: {}\n  other: {limits: {a: # per calendar day}}\n")
        .replace("#", String.valueOf(number));
  }

  private static void requireWhole(QuotaSnapshot snapshot) {
    QuotaState chat = snapshot.quotas().get(0);
    long number = chat.limits().get(0).limit().orElseThrow();
    assertThat(chat.policy().label()).isEqualTo("V" + number);
    assertThat(chat.limits().get(1).limit()).hasValue(number);
    QuotaState other = snapshot.quotas().get(1);
    assertThat(other.limits().get(0).limit()).hasValue(number);
    assertThat(other.policyVersion()).isEqualTo(chat.policyVersion());
  }

  @Test
  void aThousandReplacementsUnderLoadShowNobodyHalfAPolicy() throws Exception {
    Files.writeString(file, consistent(1_000_000));
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger decisions = new AtomicInteger();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    try (Quotas quotas =
        Quotas.builder()
            .policySource(PolicySource.file(file).settleTime(Duration.ofMillis(5)))
            .policyListener(heard::add)
            .build()) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Subject subject = Subject.user("user-" + i);
        Thread caller =
            new Thread(
                () -> {
                  try {
                    while (!over.get()) {
                      Decision decision =
                          quotas.charge(
                              subject, List.of(new Charge("chat", 1), new Charge("other", 1)));
                      assertThat(decision.isAllowed()).isTrue();
                      requireWhole(decision.states());
                      decisions.incrementAndGet();
                    }
                  } catch (Throwable e) {
                    failures.add(e);
                  }
                });
        caller.start();
        callers.add(caller);
      }
      for (int i = 1; i <= 1_000; i++) {
        String text = consistent(1_000_000 + i);
        if (i % 10 == 0) {
          Files.writeString(file, text);
        } else {
          replace(text);
        }
      }
      while (!quotas.states(ALICE).quotas().get(0).policy().label().equals("V1001000")) {
        Optional<PolicyStatus> status = Optional.ofNullable(heard.poll(30, TimeUnit.SECONDS));
        assertThat(status).isPresent();
      }
      over.set(true);
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(failures).isEmpty();
      assertThat(decisions.get()).isGreaterThan(1_000);
      assertThat(quotas.policyStatus().isCurrent()).isTrue();
    }
  }
}
