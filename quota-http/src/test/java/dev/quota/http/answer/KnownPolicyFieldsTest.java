package dev.quota.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import org.junit.jupiter.api.Test;

final class KnownPolicyFieldsTest {

  private static final Subject ALICE = Subject.user("alice");
  private static final String TEXT = "\"chat.daily\";q=50;w=86400";

  private final KnownPolicyFields known = new KnownPolicyFields();

  private static QuotaPolicy chat(String daily) {
    return QuotaPolicy.builder("chat")
        .limit("burst", "3 per minute")
        .limit("daily", daily)
        .planCapacity("pro", "daily", 500)
        .build();
  }

  private static Quotas quotas(QuotaPolicy policy) {
    return Quotas.builder()
        .policies(
            Policies.builder().plan(Plan.of("free")).plan(Plan.of("pro")).quota(policy).build())
        .build();
  }

  private static QuotaState state(Quotas quotas, Subject subject) {
    return quotas.states(subject).quotas().get(0);
  }

  @Test
  void aTextThatWasNotStoredIsNotKnown() {
    try (Quotas quotas = quotas(chat("50 per calendar day"))) {
      assertThat(known.get(state(quotas, ALICE))).isNull();
    }
  }

  @Test
  void aStoredTextIsThatOfAllSubjectsOnThePlanWhateverTheyUsed() {
    try (Quotas quotas = quotas(chat("50 per calendar day"))) {
      known.put(state(quotas, ALICE), TEXT);
      Subject bob = Subject.user("bob");
      assertThat(quotas.charge(bob, "chat", 1).isAllowed()).isTrue();
      assertThat(known.get(state(quotas, bob))).isEqualTo(TEXT);
    }
  }

  @Test
  void anotherPlanHasAnotherText() {
    try (Quotas quotas = quotas(chat("50 per calendar day"))) {
      known.put(state(quotas, ALICE), TEXT);
      Subject onPro = Subject.builder(Subject.Kind.USER, "carol").plan("pro").build();
      assertThat(known.get(state(quotas, onPro))).isNull();
    }
  }

  @Test
  void theLimitThatComesFirstIsPartOfTheText() {
    try (Quotas quotas = quotas(chat("50 per calendar day"))) {
      known.put(state(quotas, ALICE), TEXT);
      assertThat(quotas.charge(ALICE, "chat", 3).isAllowed()).isTrue();
      assertThat(state(quotas, ALICE).binding().name()).isEqualTo("burst");
      assertThat(known.get(state(quotas, ALICE))).isNull();
    }
  }

  @Test
  void aReplacedPolicyHasAnotherTextEvenIfItIsEqual() {
    try (Quotas before = quotas(chat("50 per calendar day"));
        Quotas after = quotas(chat("50 per calendar day"))) {
      known.put(state(before, ALICE), TEXT);
      assertThat(known.get(state(after, ALICE))).isNull();
      assertThat(known.get(state(before, ALICE))).isEqualTo(TEXT);
    }
  }

  @Test
  void aTextThatChangesWithTheMonthIsNotStored() {
    try (Quotas quotas = quotas(chat("50 per calendar month"))) {
      known.put(state(quotas, ALICE), TEXT);
      assertThat(known.get(state(quotas, ALICE))).isNull();
    }
  }
}
