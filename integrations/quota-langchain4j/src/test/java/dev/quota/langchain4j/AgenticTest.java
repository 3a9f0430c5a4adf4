package dev.quota.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agentic.Agent;
import dev.langchain4j.agentic.AgenticServices;
import dev.langchain4j.agentic.UntypedAgent;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.V;
import dev.quota.LimitState;
import dev.quota.QuotaRefusedException;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.FakeProvider;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Agents that call each other. Each test makes its run twice: with a quota of tokens, and with one
 * that takes 1 for each reservation.
 */
@Timeout(120)
class AgenticTest {

  private static final String POLICY =
      """
      version: 1
      quotas:
        tokens: {limits: 100_000 per calendar day, cost: input_tokens + 2 * output_tokens}
        runs: {limits: 100 per calendar day, cost: 1}
        few: {limits: 400 per calendar day, cost: input_tokens + 2 * output_tokens}
      """;

  /** Writes. */
  public interface Writer {
    @UserMessage("fake{rounds=3 out=7 who=a} about {{topic}}")
    @Agent(name = "writer", description = "writes", outputKey = "draft")
    String write(@V("topic") String topic);
  }

  /** Judges. */
  public interface Critic {
    @UserMessage("fake{out=9 who=a} about {{topic}}")
    @Agent(name = "critic", description = "judges", outputKey = "verdict")
    String judge(@V("topic") String topic);
  }

  interface Assistant {
    String chat(String question);
  }

  interface StreamingAssistant {
    TokenStream chat(String question);
  }

  /** The tool of the provider, which does something of the test's. */
  public static final class WeatherTool {
    private final Supplier<String> answer;

    WeatherTool(Supplier<String> answer) {
      this.answer = answer;
    }

    /** Answers. */
    @Tool(name = "weather", value = "The weather in a city")
    public String weather(String city) {
      return answer.get() + " in " + city;
    }
  }

  private final FakeProvider provider = new FakeProvider();
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final Subject alice = Subject.user("alice");
  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY))).build();

  @AfterEach
  void close() {
    provider.close();
    quotas.close();
    threads.shutdownNow();
  }

  private QuotaModels quota(String name) {
    return QuotaModels.builder(quotas, name).build();
  }

  private ChatModel model(QuotaModels quota) {
    return quota.around(
        OpenAiChatModel.builder()
            .baseUrl(provider.url() + "/v1")
            .apiKey("none")
            .modelName("gpt-large")
            .maxTokens(50)
            .maxRetries(0)
            .build());
  }

  private StreamingChatModel stream(QuotaModels quota) {
    return quota.around(
        OpenAiStreamingChatModel.builder()
            .baseUrl(provider.url() + "/v1")
            .apiKey("none")
            .modelName("gpt-large")
            .maxTokens(50)
            .build());
  }

  private Writer writer(QuotaModels quota) {
    return AgenticServices.agentBuilder(Writer.class)
        .chatModel(model(quota))
        .tools(new WeatherTool(() -> "rain"))
        .build();
  }

  private Critic critic(QuotaModels quota) {
    return AgenticServices.agentBuilder(Critic.class).chatModel(model(quota)).build();
  }

  private long charged(String name) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      LimitState limit = quotas.states(alice).quota(name).orElseThrow().primary();
      if (limit.reserved().orElseThrow() == 0 && quotas.openReservations() == 0) {
        return limit.used().orElseThrow();
      }
      assertThat(System.nanoTime()).as("open: %s", limit).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void assertOneReservation(int requests, Function<QuotaModels, String> run) {
    for (String name : new String[] {"tokens", "runs"}) {
      assertThat(run.apply(quota(name))).contains("word");
      if (name.equals("tokens")) {
        assertThat(provider.requests()).isEqualTo(requests);
        assertThat(charged(name))
            .isEqualTo(provider.billed("a").input() + 2 * provider.billed("a").output());
      } else {
        assertThat(charged(name)).isEqualTo(1);
      }
    }
  }

  @Test
  void aSequenceIsOneReservation() {
    assertOneReservation(
        4,
        quota -> {
          UntypedAgent both =
              AgenticServices.sequenceBuilder()
                  .subAgents(writer(quota), critic(quota))
                  .outputKey("verdict")
                  .build();
          return (String) quota.call(alice, () -> both.invoke(Map.of("topic", "rain")));
        });
  }

  @Test
  void aLoopIsOneReservation() {
    assertOneReservation(
        6,
        quota -> {
          UntypedAgent loop =
              AgenticServices.loopBuilder()
                  .subAgents(critic(quota), critic(quota))
                  .maxIterations(3)
                  .outputKey("verdict")
                  .build();
          return (String) quota.call(alice, () -> loop.invoke(Map.of("topic", "rain")));
        });
  }

  @Test
  void agentsInSeveralThreadsAreOneReservation() {
    assertOneReservation(
        4,
        quota -> {
          UntypedAgent both =
              AgenticServices.parallelBuilder()
                  .subAgents(writer(quota), critic(quota))
                  .executor(quota.executor(threads))
                  .outputKey("verdict")
                  .build();
          return (String) quota.call(alice, () -> both.invoke(Map.of("topic", "rain")));
        });
  }

  @Test
  void agentsInThreadsOfOthersAreNeverFree() {
    QuotaModels quota = quota("tokens");
    UntypedAgent both =
        AgenticServices.parallelBuilder()
            .subAgents(writer(quota), critic(quota))
            .executor(threads)
            .outputKey("verdict")
            .build();

    assertThatThrownBy(() -> quota.call(alice, () -> both.invoke(Map.of("topic", "rain"))))
        .hasStackTraceContaining("Nothing here says who is charged");
    assertThat(provider.requests()).isZero();
  }

  @Test
  void aSubAgentThatIsAToolBelongsToTheRun() {
    assertOneReservation(
        4,
        quota -> {
          Assistant helper = AiServices.builder(Assistant.class).chatModel(model(quota)).build();
          Assistant assistant =
              AiServices.builder(Assistant.class)
                  .chatModel(model(quota))
                  .tools(new WeatherTool(() -> helper.chat("fake{out=4 who=a}")))
                  .build();
          return quota.call(
              alice,
              () -> {
                String unused = helper.chat("fake{out=5 who=a}");
                return assistant.chat("fake{rounds=2 out=7 who=a}");
              });
        });
  }

  @Test
  void toolsInSeveralThreadsBelongToTheRun() {
    assertOneReservation(
        3,
        quota -> {
          Assistant helper = AiServices.builder(Assistant.class).chatModel(model(quota)).build();
          Assistant assistant =
              AiServices.builder(Assistant.class)
                  .chatModel(model(quota))
                  .executeToolsConcurrently(quota.executor(threads))
                  .tools(new WeatherTool(() -> helper.chat("fake{out=4 who=a}")))
                  .build();
          return quota.call(alice, () -> assistant.chat("fake{rounds=2 out=7 who=a}"));
        });
  }

  private String heard(CompletableFuture<ChatResponse> end) {
    return end.orTimeout(30, TimeUnit.SECONDS).join().aiMessage().text();
  }

  private CompletableFuture<ChatResponse> start(QuotaModels quota, Supplier<String> tool) {
    StreamingAssistant assistant =
        AiServices.builder(StreamingAssistant.class)
            .streamingChatModel(stream(quota))
            .tools(new WeatherTool(tool))
            .build();
    CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    assistant
        .chat("fake{rounds=3 out=12 who=a}")
        .onPartialResponse(it -> {})
        .onCompleteResponse(end::complete)
        .onError(end::completeExceptionally)
        .start();
    return end;
  }

  @Test
  void aStreamThatEndsAfterTheRunBelongsToIt() {
    assertOneReservation(
        4,
        quota -> {
          Assistant helper = AiServices.builder(Assistant.class).chatModel(model(quota)).build();
          return heard(
              quota.call(
                  alice,
                  () -> {
                    String unused = helper.chat("fake{out=5 who=a}");
                    return start(quota, () -> "rain");
                  }));
        });
  }

  @Test
  void aSubAgentOfAStreamBelongsToIt() {
    assertOneReservation(
        5,
        quota -> {
          Assistant helper = AiServices.builder(Assistant.class).chatModel(model(quota)).build();
          return heard(
              quota.call(alice, () -> start(quota, () -> helper.chat("fake{out=4 who=a}"))));
        });
  }

  @Test
  void aRoundOfAStreamThatIsRefusedEndsItsCall() {
    QuotaModels quota = quota("few");
    StreamingAssistant assistant =
        AiServices.builder(StreamingAssistant.class)
            .streamingChatModel(stream(quota))
            .tools(new WeatherTool(() -> "rain"))
            .build();
    CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    quota.call(
        alice,
        () -> {
          assistant
              .chat("fake{rounds=5 out=90 who=a}")
              .onPartialResponse(it -> {})
              .onCompleteResponse(end::complete)
              .onError(end::completeExceptionally)
              .start();
          return end;
        });

    assertThatThrownBy(() -> heard(end)).hasCauseInstanceOf(QuotaRefusedException.class);
    assertThat(provider.requests()).isEqualTo(2);
    assertThat(charged("few"))
        .isEqualTo(provider.billed("a").input() + 2 * provider.billed("a").output());
  }

  @Test
  void aToolThatFailsEndsTheCallOfItsStream() {
    QuotaModels quota = quota("tokens");
    CompletableFuture<ChatResponse> end =
        quota.call(
            alice,
            () ->
                start(
                    quota,
                    () -> {
                      throw new AssertionError("broken");
                    }));

    assertThat(end.orTimeout(30, TimeUnit.SECONDS).handle((answer, failure) -> "over").join())
        .isEqualTo("over");
    assertThat(charged("tokens"))
        .isEqualTo(provider.billed("a").input() + 2 * provider.billed("a").output());
  }

  @Test
  void aToolThatNobodyCallsEndsTheCallOfItsStream() {
    QuotaModels quota = quota("tokens");
    CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    StreamingChatResponseHandler reader =
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String text) {}

          @Override
          public void onCompleteResponse(ChatResponse response) {
            end.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            end.completeExceptionally(error);
          }
        };
    var unused =
        quota.call(
            alice,
            () -> {
              stream(quota).chat("fake{rounds=2 out=7 who=a}", reader);
              return end;
            });

    assertThat(end.orTimeout(30, TimeUnit.SECONDS).join().aiMessage().hasToolExecutionRequests())
        .isTrue();
    assertThat(charged("tokens"))
        .isEqualTo(provider.billed("a").input() + 2 * provider.billed("a").output());
  }
}
