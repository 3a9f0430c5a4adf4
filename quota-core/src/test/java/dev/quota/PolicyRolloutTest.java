package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Rollout;
import dev.quota.policy.Scope;
import dev.quota.store.ManualClock;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A version for a share of all subjects; the rest stay on the version before. */
final class PolicyRolloutTest {

  private static final int MILLION = 1_000_000;

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final Heard heard = new Heard();
  private final Policies before = policies("7", 50);
  private final Policies after = policies("8", 40);
  private final Quotas quotas =
      Quotas.builder().clock(clock).policies(before).listener(heard).build();

  private static Policies policies(String version, long daily) {
    return Policies.builder()
        .version(version)
        .quota(
            QuotaPolicy.builder("chat")
                .limit("daily", daily + " per calendar day")
                .limit("shared", 10 * daily + " per calendar month in UTC per org")
                .showExact(true)
                .build())
        .build();
  }

  private String versionOf(Subject subject) {
    return state(subject).policyVersion();
  }

  private QuotaState state(Subject subject) {
    return quotas.states(subject, List.of("chat")).quotas().get(0);
  }

  private Subject someone(String version) {
    return IntStream.range(0, 10_000)
        .mapToObj(i -> Subject.user("person-" + i))
        .filter(subject -> versionOf(subject).equals(version))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"10%,1000", "20%,2000", "50%,5000", "0.5%,50", "99.99%,9999", "33.3%,3330"})
  void itIsTheShareOfAMillionSubjectsWithinATenthOfAPercent(String share, int hundredths) {
    Rollout.Share part = Rollout.Share.parse(share);
    assertThat(part.hundredths()).isEqualTo(hundredths);
    assertThat(part).hasToString(share);
    List<IntFunction<Subject>> kinds =
        List.of(
            i -> Subject.user("user-" + i),
            i -> Subject.user(Integer.toString(i)),
            i -> Subject.address((i >> 16 & 0xff) + ".9." + (i >> 8 & 0xff) + "." + (i & 0xff)));
    for (IntFunction<Subject> kind : kinds) {
      PolicyView view =
          new PolicyView(after, 1, clock).rolledOutTo(part, new PolicyView(before, 1, clock));
      long in =
          IntStream.range(0, MILLION)
              .filter(i -> view.policies(kind.apply(i)).version().equals("8"))
              .count();
      assertThat((double) in / MILLION)
          .isBetween(hundredths / 10_000.0 - 0.001, hundredths / 10_000.0 + 0.001);
    }
  }

  @Test
  void whoIsInAtTenPercentIsInAtTwenty() {
    PolicyView rest = new PolicyView(before, 1, clock);
    List<PolicyView> views =
        List.of("0.01%", "1%", "10%", "10.5%", "20%", "80%", "99.99%").stream()
            .map(
                share ->
                    new PolicyView(after, 1, clock).rolledOutTo(Rollout.Share.parse(share), rest))
            .toList();
    for (int i = 0; i < 20_000; i++) {
      Subject subject = Subject.user("person-" + i);
      boolean in = false;
      for (PolicyView view : views) {
        boolean now = view.policies(subject) != before;
        assertThat(now || !in).as("person-%s", i).isTrue();
        in = now;
      }
    }
  }

  @Test
  void theSamePeopleAreInOnEveryNodeAndAfterARestart() {
    Rollout.Share share = Rollout.Share.parse("10%");
    // These are wrong if the digest changes, and people would be moved by an upgrade.
    assertThat(
            IntStream.range(0, 60)
                .filter(
                    i ->
                        new PolicyView(after, 1, clock)
                                .rolledOutTo(share, new PolicyView(before, 1, clock))
                                .policies(Subject.user("person-" + i))
                            != before)
                .boxed())
        .containsExactly(3, 16, 22, 29, 44, 50);
  }

  @Test
  void eachIsDecidedByItsVersionAndEverythingNamesIt() {
    quotas.replacePolicies(after.rolledOutTo("10%", quotas.policies()));
    for (String version : List.of("7", "8")) {
      Subject subject = someone(version);
      heard.clear();
      Decision decision = quotas.charge(subject, "chat", 1);
      QuotaState state = decision.states().quotas().get(0);
      assertThat(state.policyVersion()).isEqualTo(version);
      assertThat(state.limits().get(0).limit()).hasValue(version.equals("7") ? 50 : 40);
      assertThat(heard.all)
          .singleElement()
          .extracting(QuotaEvent::policyVersion)
          .isEqualTo(version);
      assertThat(quotas.policies(subject).version()).isEqualTo(version);
      assertThat(quotas.refund(((Decision.Allowed) decision).receipt())).isTrue();
      assertThat(heard.only(QuotaEvent.Refunded.class).policyVersion()).isEqualTo(version);
      assertThat(quotas.async().states(subject).toCompletableFuture().join().quotas())
          .extracting(QuotaState::policyVersion)
          .containsOnly(version);
    }
    assertThat(quotas.policyStatus().version()).isEqualTo("8");
    assertThat(quotas.policyStatus().rollout()).contains(new PolicyStatus.RollingOut("10%", "7"));
    assertThat(quotas.policyStatus().detail())
        .isEqualTo("Policies 8 of the application, for 10%; 7 for the rest.");
  }

  @Test
  void bothVersionsCountOnTheSameCounts() {
    quotas.replacePolicies(after.rolledOutTo("50%", before));
    Subject in = member(someone("8"));
    Subject out = member(someone("7"));
    quotas.charge(in, "chat", 30);
    quotas.charge(out, "chat", 45);
    assertThat(shared(in)).isEqualTo(75);
    assertThat(shared(out)).isEqualTo(75);
    // The version before for everybody, and then the new one: what was used stays used.
    quotas.replacePolicies(before);
    assertThat(state(in).limits().get(0).remaining()).hasValue(20);
    quotas.replacePolicies(after);
    assertThat(state(out).limits().get(0).remaining()).hasValue(0);
  }

  private static Subject member(Subject subject) {
    return subject.toBuilder().group(Scope.ORG, "acme").build();
  }

  private long shared(Subject subject) {
    return state(subject).limits().get(1).used().orElseThrow();
  }

  @Test
  void aWiderRolloutKeepsTheVersionOfTheRest() {
    quotas.replacePolicies(after.rolledOutTo("10%", before));
    Policies wider = policies("9", 40).rolledOutTo("90%", quotas.policies());
    assertThat(wider.rollout().orElseThrow().before().version()).isEqualTo("7");
    quotas.replacePolicies(wider);
    assertThat(versionOf(someone("7"))).isEqualTo("7");
    assertThat(versionOf(someone("9"))).isEqualTo("9");
  }

  @Test
  void bothVersionsMustFitTheApplication() {
    quotas.declareUse("chat", "com.acme.Chat");
    Policies empty = Policies.builder().version("6").build();
    assertThatThrownBy(() -> quotas.replacePolicies(after.rolledOutTo("10%", empty)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the version before, 6: ")
        .hasMessageContaining("com.acme.Chat");
    assertThatThrownBy(() -> quotas.replacePolicies(empty.rolledOutTo("10%", after)))
        .hasMessageContaining("com.acme.Chat");
    assertThat(quotas.policyStatus().version()).isEqualTo("7");
  }

  @Test
  void aQuotaOfOneVersionIsUnknownInTheOther() {
    Policies more =
        after.toBuilder()
            .quota(QuotaPolicy.builder("image").limit("daily", "5 per calendar day").build())
            .build();
    quotas.replacePolicies(more.rolledOutTo("50%", before));
    assertThat(quotas.states(someone("8")).quotas()).hasSize(2);
    assertThat(quotas.states(someone("7")).quotas()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10", "0%", "0.00%", "100%", "-1%", "1.234%", "101%", "", "ten%", "1e1%", "٣%"})
  void refusesWhatIsNoShare(String share) {
    assertThatThrownBy(() -> after.rolledOutTo(share, before))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a rollout must be");
  }
}
