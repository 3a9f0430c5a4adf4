package dev.quota.spring.ai;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.KilledProcess;
import dev.quota.policy.PolicyFile;
import dev.quota.redis.RedisQuotaStore;
import java.io.StringReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.annotation.Tool;

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

  /** The tool. */
  public static final class EndlessTool {
    /** Says that it runs. */
    @Tool(name = "weather", description = "The weather in a city")
    public String weather(String city) throws InterruptedException {
      System.out.println(KilledProcess.SIGN);
      new CountDownLatch(1).await();
      return "never";
    }
  }

  /** Starts a call. */
  public static void main(String[] args) {
    Quotas quotas = quotas(args[0]);
    String unused =
        ChatClient.builder(TestModels.create().openAi(args[1], "gpt-large", 100))
            .defaultAdvisors(
                QuotaAdvisor.builder(quotas, "tokens")
                    .subject(() -> Optional.of(Subject.user("alice")))
                    .build())
            .build()
            .prompt()
            .user("fake{rounds=3 out=7 who=a}")
            .tools(new EndlessTool())
            .call()
            .content();
  }
}
