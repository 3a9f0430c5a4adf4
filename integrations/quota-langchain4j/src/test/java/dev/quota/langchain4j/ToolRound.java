package dev.quota.langchain4j;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.KilledProcess;
import dev.quota.policy.PolicyFile;
import dev.quota.redis.RedisQuotaStore;
import java.io.StringReader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A process whose tool never ends, to be killed in it. */
final class ToolRound {

  static final String POLICY =
      """
      version: 1
      quotas:
        tokens:
          limits: 10_000 per calendar day
          cost: input_tokens + 2 * output_tokens
      """;

  private ToolRound() {}

  static Quotas quotas(String redis) {
    return Quotas.builder()
        .policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY)))
        .store(RedisQuotaStore.connect(redis))
        .reservationKeep(Duration.ofSeconds(2))
        .build();
  }

  interface Assistant {
    String chat(String question);
  }

  /** The tool. */
  public static final class EndlessTool {
    /** Says that it runs. */
    @Tool(name = "weather", value = "The weather in a city")
    public String weather(String city) throws InterruptedException {
      System.out.println(KilledProcess.SIGN);
      new CountDownLatch(1).await();
      return "never in " + city;
    }
  }

  /** Starts a call. */
  public static void main(String[] args) {
    QuotaModels quota = QuotaModels.builder(quotas(args[0]), "tokens").build();
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(
                quota.around(
                    OpenAiChatModel.builder()
                        .baseUrl(args[1] + "/v1")
                        .apiKey("none")
                        .modelName("gpt-large")
                        .maxTokens(100)
                        .build()))
            .tools(new EndlessTool())
            .build();
    String unused =
        quota.call(Subject.user("alice"), () -> assistant.chat("fake{rounds=3 out=7 who=a}"));
  }
}
