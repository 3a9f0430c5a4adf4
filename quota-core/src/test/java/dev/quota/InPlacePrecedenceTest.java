package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which definition counts, where a quota has several. */
final class InPlacePrecedenceTest {

  private static final Subject ALICE = Subject.user("alice");

  /** Stands still: what counts here is what is left. */
  private static final long NOW = 1_780_000_000_000L;

  @Quota(value = "search", limits = "3 per minute")
  private static final class Search {}

  @Quota(value = "search", limits = "minute: 3 per minute")
  private static final class SameSearch {}

  @Quota(value = "search", limits = "4 per minute")
  private static final class OtherSearch {}

  @Quota(value = "image", limits = "5 per calendar day")
  private static final class Image {}

  private Quotas quotas = Quotas.builder().build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private void start(QuotasBuilder builder) {
    quotas.close();
    quotas = builder.clock(() -> NOW).build();
  }

  private void define(Class<?> type) {
    QuotaPolicy policy = InPlacePolicy.of(type.getDeclaredAnnotation(Quota.class)).orElseThrow();
    quotas.define(policy, type.getSimpleName());
  }

  private static QuotaPolicy minutely(String quota, long capacity) {
    return QuotaPolicy.builder(quota).limit("minute", capacity + " per minute").build();
  }

  private static Policies file(QuotaPolicy... policies) {
    Policies.Builder builder = Policies.builder();
    List.of(policies).forEach(builder::quota);
    return builder.build();
  }

  private Capacity capacityOf(String quota) {
    return quotas.policies().quotas().get(quota).limits().get(0).capacity();
  }

  private long leftOf(String quota) {
    return quotas.states(ALICE, List.of(quota)).binding().largestFittingCost().orElseThrow();
  }

  @Test
  void aDefinitionInPlaceIsEnforced() {
    start(Quotas.builder());
    define(Search.class);

    for (int i = 0; i < 3; i++) {
      assertThat(quotas.charge(ALICE, "search", 1)).isInstanceOf(Decision.Allowed.class);
    }
    assertThat(quotas.charge(ALICE, "search", 1))
        .isInstanceOfSatisfying(
            Decision.Denied.class,
            denied -> assertThat(denied.retryAfter()).isEqualTo(Duration.ofSeconds(20)));
  }

  @Test
  void theSameDefinitionTwiceIsOne() {
    start(Quotas.builder());
    define(Search.class);
    quotas.charge(ALICE, "search", 1);
    define(SameSearch.class);

    assertThat(capacityOf("search")).isEqualTo(Capacity.of(3));
    assertThat(leftOf("search")).isEqualTo(2);
  }

  @Test
  void twoDifferentDefinitionsNameBothPlaces() {
    start(Quotas.builder());
    define(Search.class);

    assertThatThrownBy(() -> define(OtherSearch.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "quota search is defined differently in Search and in OtherSearch; define it once, in"
                + " the policies");
    assertThat(capacityOf("search")).isEqualTo(Capacity.of(3));
  }

  @Test
  void theFirstPlaceIsNamedHoweverManyAgreedWithIt() {
    start(Quotas.builder());
    define(Search.class);
    define(SameSearch.class);

    assertThatThrownBy(() -> define(OtherSearch.class))
        .hasMessageContaining("in Search and in OtherSearch");
  }

  @Test
  void twoDefinitionsInCodeAreRefused() {
    QuotasBuilder builder = Quotas.builder().policy(minutely("search", 7));

    assertThatThrownBy(() -> builder.policy(minutely("search", 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quota search is defined twice in code");
  }

  @Test
  void codeComesBeforeTheDefinitionInPlace() {
    start(Quotas.builder().policy(minutely("search", 7)));
    define(Search.class);

    assertThat(capacityOf("search")).isEqualTo(Capacity.of(7));
    assertThat(leftOf("search")).isEqualTo(7);
  }

  @Test
  void theFileComesBeforeTheDefinitionInPlace() {
    start(Quotas.builder().policies(file(minutely("search", 9))));
    define(Search.class);

    assertThat(capacityOf("search")).isEqualTo(Capacity.of(9));
  }

  @Test
  void theFileComesBeforeCodeAndTheDefinitionInPlace() {
    start(Quotas.builder().policy(minutely("search", 7)).policies(file(minutely("search", 9))));
    define(Search.class);

    assertThat(capacityOf("search")).isEqualTo(Capacity.of(9));
  }

  @Test
  void aDefinitionCountsAsAWhole() {
    start(Quotas.builder().policy(minutely("image", 7)));
    define(Image.class);

    assertThat(quotas.policies().quotas().get("image")).isEqualTo(minutely("image", 7));
  }

  @Test
  void quotasAreReportedInTheOrderTheyWereDefined() {
    start(
        Quotas.builder()
            .policy(minutely("video", 7))
            .policy(minutely("audio", 7))
            .policy(minutely("zoom", 7))
            .policies(file(minutely("tokens", 9), minutely("chat", 9))));
    define(Search.class);
    define(Image.class);

    assertThat(quotas.states(ALICE).quotas())
        .extracting(QuotaState::name)
        .containsExactly("tokens", "chat", "video", "audio", "zoom", "search", "image");
  }

  @Test
  void aNewFileLeavesCodeAndDefinitionsInPlace() {
    start(Quotas.builder().policy(minutely("chat", 7)).policies(file(minutely("tokens", 9))));
    define(Search.class);
    quotas.charge(ALICE, "search", 1);
    quotas.charge(ALICE, "chat", 2);

    quotas.replacePolicies(file(minutely("video", 1)));

    assertThat(quotas.policies().names()).containsExactly("video", "chat", "search");
    assertThat(leftOf("search")).isEqualTo(2);
    assertThat(leftOf("chat")).isEqualTo(5);
  }

  @Test
  void aNewFileCoversOtherDefinitionsAndTheNextUncoversThem() {
    start(Quotas.builder().policy(minutely("chat", 7)));
    define(Search.class);
    quotas.charge(ALICE, "search", 2);

    quotas.replacePolicies(file(minutely("chat", 70), minutely("search", 30)));
    assertThat(capacityOf("chat")).isEqualTo(Capacity.of(70));
    assertThat(leftOf("search")).isEqualTo(28);

    quotas.replacePolicies(file());
    assertThat(capacityOf("chat")).isEqualTo(Capacity.of(7));
    assertThat(leftOf("search")).isEqualTo(1);
  }

  @Test
  void aFileThatDoesNotGoWithCodeChangesNothing() {
    QuotaPolicy chat =
        QuotaPolicy.builder("chat")
            .limit("minute", "7 per minute")
            .planCapacity("pro", "minute", 70)
            .build();
    Policies before =
        file(minutely("tokens", 9)).toBuilder().plan(Plan.of("free")).plan(Plan.of("pro")).build();
    start(Quotas.builder().policy(chat).policies(before));
    define(Search.class);
    quotas.charge(ALICE, "tokens", 4);

    assertThatThrownBy(() -> quotas.replacePolicies(file(minutely("tokens", 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quota chat names the unknown plan \"pro\"");

    assertThat(quotas.policies().names()).containsExactly("tokens", "chat", "search");
    assertThat(leftOf("tokens")).isEqualTo(5);
    // What comes later builds on the policies that stayed.
    define(Image.class);
    assertThat(quotas.policies().names()).containsExactly("tokens", "chat", "search", "image");
    assertThat(capacityOf("tokens")).isEqualTo(Capacity.of(9));
  }
}
