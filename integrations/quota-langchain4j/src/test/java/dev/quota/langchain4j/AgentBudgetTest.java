package dev.quota.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolSpecifications;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.BudgetTool;
import dev.quota.models.FakeProvider;
import dev.quota.models.ModelCalls;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentBudgetTest {

  private static final String POLICY =
      """
      version: 1
      quotas:
        run: {limits: 100 per calendar day, cost: output_tokens, grace: 50}
      """;

  interface Assistant {
    String chat(String question);
  }

  private final FakeProvider provider = new FakeProvider();
  private final Subject alice = Subject.user("alice");
  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY))).build();

  @AfterEach
  void close() {
    provider.close();
    quotas.close();
  }

  private void run(QuotaModels.Builder builder, Function<Object, String> system) {
    QuotaModels quota = builder.build();
    AiServices<Assistant> services =
        AiServices.builder(Assistant.class)
            .chatModel(
                quota.around(
                    OpenAiChatModel.builder()
                        .baseUrl(provider.url() + "/v1")
                        .apiKey("none")
                        .modelName("gpt-large")
                        .maxTokens(50)
                        .maxRetries(0)
                        .build()))
            .tools(new QuotaModelsTest.WeatherTool());
    Assistant assistant = services.systemMessageProvider(system).build();
    String unused = quota.call(alice, () -> assistant.chat("fake{rounds=3 out=46 who=a}"));
  }

  @Test
  void theLastRoundIsToldToFinish() {
    run(QuotaModels.builder(quotas, "run").finishNote("NOTE"), id -> "You are kind.");

    List<String> bodies = provider.bodies();
    assertThat(bodies).hasSize(3);
    assertThat(bodies.subList(0, 2)).noneMatch(it -> it.contains("NOTE"));
    assertThat(bodies.get(2)).contains("You are kind.\\n\\nNOTE").containsOnlyOnce("NOTE");
  }

  @Test
  void aRequestWithoutASystemMessageGetsOne() {
    run(QuotaModels.builder(quotas, "run").finishNote(ModelCalls.FINISH_NOTE), id -> null);

    assertThat(provider.bodies().get(2)).contains("Finish now.", "\"system\"");
  }

  @Test
  void promptsAreNotChangedUnlessTheApplicationWantsIt() {
    run(QuotaModels.builder(quotas, "run"), id -> "You are kind.");

    assertThat(provider.bodies()).hasSize(3).noneMatch(it -> it.contains("budget"));
  }

  @Test
  void theToolAnswersAboutTheSubjectOfTheCallOrOfTheBuilder() {
    BudgetTool budget = BudgetTool.of(quotas, "run");
    QuotaModels quota = QuotaModels.builder(quotas, "run").build();
    LangChainBudgetTool tool = quota.budgetTool(budget);

    assertThat(quota.call(alice, tool::remainingBudget)).contains("\"remaining\":100");
    assertThatThrownBy(tool::remainingBudget).isInstanceOf(IllegalStateException.class);
    assertThat(
            QuotaModels.builder(quotas, "run")
                .subject(() -> Optional.of(alice))
                .build()
                .budgetTool(budget)
                .remainingBudget())
        .contains("\"remaining\":100");
    assertThat(ToolSpecifications.toolSpecificationsFrom(tool))
        .singleElement()
        .satisfies(it -> assertThat(it.name()).isEqualTo(BudgetTool.NAME))
        .satisfies(it -> assertThat(it.description()).isEqualTo(BudgetTool.DESCRIPTION));
  }
}
