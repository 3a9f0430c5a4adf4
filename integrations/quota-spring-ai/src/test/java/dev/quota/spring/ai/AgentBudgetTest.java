package dev.quota.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.BudgetTool;
import dev.quota.models.FakeProvider;
import dev.quota.models.ModelCalls;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ToolContext;

class AgentBudgetTest {

  private static final String POLICY =
      """
      version: 1
      quotas:
        run: {limits: 100 per calendar day, cost: output_tokens, grace: 50}
      """;

  private final FakeProvider provider = new FakeProvider();
  private final Subject alice =
      Subject.builder(Subject.Kind.USER, "alice").locale(Locale.ENGLISH).build();
  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY))).build();

  @AfterEach
  void close() {
    provider.close();
    quotas.close();
  }

  private void run(QuotaAdvisor.Builder advisor, String system) {
    TestModels models = TestModels.create();
    ChatClient client =
        ChatClient.builder(models.openAi(provider.url(), "gpt-large", 50))
            .defaultAdvisors(advisor.build())
            .defaultAdvisors(models.toolAdvisors())
            .build();
    var prompt = client.prompt();
    if (!system.isEmpty()) {
      prompt.system(system);
    }
    String unused =
        prompt
            .user("fake{rounds=3 out=46 who=a}")
            .tools(new WeatherTool())
            .advisors(it -> it.param(QuotaAdvisor.SUBJECT, alice))
            .call()
            .content();
  }

  @Test
  void theLastRoundIsToldToFinish() {
    run(QuotaAdvisor.builder(quotas, "run").finishNote("NOTE"), "You are kind.");

    List<String> bodies = provider.bodies();
    assertThat(bodies).hasSize(3);
    assertThat(bodies.subList(0, 2)).noneMatch(it -> it.contains("NOTE"));
    assertThat(bodies.get(2)).contains("You are kind.\\n\\nNOTE").containsOnlyOnce("NOTE");
  }

  @Test
  void aPromptWithoutASystemMessageGetsOne() {
    run(QuotaAdvisor.builder(quotas, "run").finishNote(ModelCalls.FINISH_NOTE), "");

    assertThat(provider.bodies().get(2)).contains("Finish now.", "\"system\"");
  }

  @Test
  void promptsAreNotChangedUnlessTheApplicationWantsIt() {
    run(QuotaAdvisor.builder(quotas, "run"), "You are kind.");

    assertThat(provider.bodies()).hasSize(3).noneMatch(it -> it.contains("budget"));
  }

  @Test
  void theToolAnswersAboutTheSubjectOfItsContext() {
    SpringAiBudgetTool tool = SpringAiBudgetTool.of(BudgetTool.of(quotas, "run"), Optional::empty);

    assertThat(tool.getToolDefinition().name()).isEqualTo(BudgetTool.NAME);
    assertThat(tool.call("{}", new ToolContext(Map.of(QuotaAdvisor.SUBJECT, alice))))
        .contains("\"remaining\":100");
    assertThat(
            SpringAiBudgetTool.of(BudgetTool.of(quotas, "run"), () -> Optional.of(alice))
                .call("{}"))
        .contains("\"remaining\":100");
    assertThatThrownBy(() -> tool.call("{\"subject\":\"bob\"}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(QuotaAdvisor.SUBJECT);
    assertThatThrownBy(
            () -> tool.call("{}", new ToolContext(Map.of(QuotaAdvisor.SUBJECT, "alice"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aModelIsOfferedTheTool() {
    ChatClient client =
        ChatClient.builder(TestModels.create().openAi(provider.url(), "gpt-large", 50)).build();
    String unused =
        client
            .prompt("fake{out=3 who=a}")
            .toolCallbacks(
                SpringAiBudgetTool.of(BudgetTool.of(quotas, "run"), () -> Optional.of(alice)))
            .call()
            .content();

    assertThat(provider.bodies().get(0)).contains("\"remaining_budget\"", "additionalProperties");
  }
}
