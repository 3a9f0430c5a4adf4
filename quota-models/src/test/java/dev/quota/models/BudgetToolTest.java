package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.UnknownQuotaException;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.Scope;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BudgetToolTest {

  private static final String POLICY =
      """
      version: 1
      quotas:
        tokens:
          unit: {name: token, label: tokens}
          limits: {burst: 1_000 per minute, daily: 1_000 per calendar day}
          warn-at: 90%
        images: {limits: unlimited per calendar day}
        team: {limits: {monthly: 1_000 per calendar month per org}}
      """;

  private final Subject alice = Subject.user("alice");
  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY))).build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private void use(String quota, long units) {
    assertThat(quotas.charge(alice, quota, units).isAllowed()).isTrue();
  }

  /** Returns the members of the first quota, as text. */
  private static Map<String, String> first(String json) throws IOException {
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != JsonToken.START_ARRAY) {
        assertThat(parser.currentToken()).isNotNull();
      }
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, parser.getText());
      }
    }
    return members;
  }

  @Test
  void tellsTheLimitThatIsReachedFirst() throws IOException {
    use("tokens", 960);

    assertThat(first(BudgetTool.of(quotas, "tokens").answer(alice)))
        .containsEntry("name", "tokens")
        .containsEntry("unit", "token")
        .containsEntry("level", "warning")
        .containsEntry("remaining", "40")
        .containsEntry("limit", "1000")
        .hasEntrySatisfying("resetAt", it -> assertThat(it).endsWith("Z"))
        .hasEntrySatisfying("title", it -> assertThat(it).contains("40 of 1,000 tokens left"));
  }

  @Test
  void speaksTheLanguageOfTheSubject() throws IOException {
    Subject reader = Subject.builder(Subject.Kind.USER, "alice").locale(Locale.GERMAN).build();
    use("tokens", 960);

    assertThat(first(BudgetTool.of(quotas, "tokens").answer(reader)).get("title"))
        .contains("1.000");
  }

  @Test
  void hasNoNumbersWhereNothingIsLimited() throws IOException {
    assertThat(first(BudgetTool.of(quotas, "images").answer(alice)))
        .containsEntry("remaining", "null")
        .containsEntry("limit", "null");
  }

  @Test
  void keepsTheUseOfOthersToItself() throws IOException {
    Subject member = Subject.builder(Subject.Kind.USER, "bob").group(Scope.ORG, "acme").build();

    assertThat(first(BudgetTool.of(quotas, "team").answer(member)))
        .containsEntry("remaining", "null");
  }

  @Test
  void chargesNothing() {
    BudgetTool tool = BudgetTool.of(quotas, "tokens");

    assertThat(tool.answer(alice)).contains("\"remaining\":1000");
    assertThat(tool.answer(alice)).contains("\"remaining\":1000");
  }

  @Test
  void answersWithoutWaitingToo() {
    use("tokens", 960);

    assertThat(BudgetTool.of(quotas, "tokens").answerAsync(alice).toCompletableFuture())
        .isCompletedWithValueMatching(json -> json.contains("\"remaining\":40"));
  }

  @Test
  void needsQuotasThatExist() {
    assertThatIllegalArgumentException().isThrownBy(() -> BudgetTool.of(quotas));
    assertThatThrownBy(() -> BudgetTool.of(quotas, "nothing"))
        .isInstanceOf(UnknownQuotaException.class);
  }
}
