package dev.quota.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import dev.quota.Decision;
import dev.quota.QuotaRefusedException;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.FakeProvider;
import dev.quota.models.FakeProvider.Billed;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuotaModelsTest {

  private static final String POLICY =
      """
      version: 1
      quotas:
        tokens:
          limits: 100_000 per calendar day
          cost: input_tokens + 0.5 * cached_input_tokens + 2 * output_tokens
        few:
          limits: 400 per calendar day
          cost: input_tokens + 2 * output_tokens
        graced:
          limits: 400 per calendar day
          cost: input_tokens + 2 * output_tokens
          grace: 600
        large:
          limits: 300 per calendar day
          cost: input_tokens + output_tokens
          when-exhausted: degrade
          degrade-to: small
          degraded-model: gpt-mini
        small: {limits: 10_000 per calendar day, cost: input_tokens + output_tokens}
      """;

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  enum Client {
    OPENAI,
    ANTHROPIC;

    ChatModel model(String url, int maxTokens) {
      return this == OPENAI
          ? OpenAiChatModel.builder()
              .baseUrl(url + "/v1")
              .apiKey("none")
              .modelName("gpt-large")
              .maxTokens(maxTokens)
              .maxRetries(0)
              .timeout(TIMEOUT)
              .build()
          : AnthropicChatModel.builder()
              .baseUrl(url + "/v1")
              .apiKey("none")
              .modelName("claude")
              .maxTokens(maxTokens)
              .maxRetries(0)
              .timeout(TIMEOUT)
              .build();
    }

    StreamingChatModel stream(String url, int maxTokens) {
      return this == OPENAI
          ? OpenAiStreamingChatModel.builder()
              .baseUrl(url + "/v1")
              .apiKey("none")
              .modelName("gpt-large")
              .maxTokens(maxTokens)
              .timeout(TIMEOUT)
              .build()
          : AnthropicStreamingChatModel.builder()
              .baseUrl(url + "/v1")
              .apiKey("none")
              .modelName("claude")
              .maxTokens(maxTokens)
              .timeout(TIMEOUT)
              .build();
    }
  }

  interface Assistant {
    String chat(String question);
  }

  interface StreamingAssistant {
    TokenStream chat(String question);
  }

  /** The tool that the provider of the tests calls. */
  public static final class WeatherTool {
    private final AtomicInteger calls = new AtomicInteger();

    /** Answers. */
    @Tool(name = "weather", value = "The weather in a city")
    public String weather(String city) {
      calls.incrementAndGet();
      return "rain in " + city;
    }
  }

  private final FakeProvider provider = new FakeProvider();
  private final WeatherTool tool = new WeatherTool();
  private final Subject alice = Subject.user("alice");
  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY))).build();

  @AfterEach
  void close() {
    provider.close();
    quotas.close();
  }

  private QuotaModels quota(String name) {
    return QuotaModels.builder(quotas, name).subject(() -> Optional.of(alice)).build();
  }

  private Assistant assistant(QuotaModels quota, Client of, int maxTokens) {
    return AiServices.builder(Assistant.class)
        .chatModel(quota.around(of.model(provider.url(), maxTokens)))
        .tools(tool)
        .build();
  }

  private long charged(String quota, Subject subject) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      var limit = quotas.states(subject).quota(quota).orElseThrow().primary();
      if (limit.reserved().orElseThrow() == 0) {
        return limit.used().orElseThrow();
      }
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static long cost(Billed billed) {
    return (long)
        Math.ceil(billed.input() - billed.cached() + 0.5 * billed.cached() + 2 * billed.output());
  }

  /** What a stream delivered. */
  private static final class Heard implements StreamingChatResponseHandler {
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    private final int leaveAfter;
    private int parts;

    Heard(int leaveAfter) {
      this.leaveAfter = leaveAfter;
    }

    @Override
    public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
      text.append(part.text());
      parts++;
      if (parts == leaveAfter) {
        context.streamingHandle().cancel();
        end.cancel(false);
      }
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      end.complete(response);
    }

    @Override
    public void onError(Throwable error) {
      end.completeExceptionally(error);
    }

    ChatResponse await() throws Exception {
      return end.get(30, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallCostsWhatTheProviderBills(Client of) {
    String answer =
        quota("tokens").around(of.model(provider.url(), 50)).chat("fake{out=7 cached=6 who=a}");
    assertThat(answer).startsWith("word");
    assertThat(provider.billed("a").cached()).isEqualTo(6);
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void theRoundsOfAServiceCostTheirSum(Client of) {
    QuotaModels quota = quota("tokens");
    Assistant assistant = assistant(quota, of, 50);
    String unused = quota.call(alice, () -> assistant.chat("fake{rounds=3 out=7 cached=6 who=a}"));
    assertThat(tool.calls).hasValue(2);
    assertThat(provider.requests()).isEqualTo(3);
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
    String unusedToo = assistant.chat("fake{rounds=3 out=7 cached=6 who=a}");
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void aStreamCostsWhatTheProviderBills(Client of) throws Exception {
    Heard heard = new Heard(0);
    quota("tokens").around(of.stream(provider.url(), 50)).chat("fake{out=30 who=a}", heard);
    assertThat(heard.await().aiMessage().text()).isEqualTo("word".repeat(30));
    assertThat(heard.text.toString()).isEqualTo("word".repeat(30));
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatBeginsInACallOutlivesIt(Client of) throws Exception {
    Subject bob = Subject.user("bob");
    QuotaModels quota = quota("tokens");
    StreamingAssistant assistant =
        AiServices.builder(StreamingAssistant.class)
            .streamingChatModel(quota.around(of.stream(provider.url(), 50)))
            .tools(tool)
            .build();
    CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    TokenStream stream =
        assistant
            .chat("fake{rounds=3 out=12 who=b}")
            .onPartialResponse(it -> {})
            .onCompleteResponse(end::complete)
            .onError(end::completeExceptionally);
    boolean unused =
        quota.call(
            bob,
            () -> {
              stream.start();
              return true;
            });
    ChatResponse unusedEnd = end.get(30, TimeUnit.SECONDS);
    assertThat(provider.requests()).isEqualTo(3);
    assertThat(charged("tokens", bob)).isEqualTo(cost(provider.billed("b")));
    assertThat(charged("tokens", alice)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void theRoundsOfAStreamingServiceAreOneCall(Client of) throws Exception {
    StreamingAssistant assistant =
        AiServices.builder(StreamingAssistant.class)
            .streamingChatModel(quota("tokens").around(of.stream(provider.url(), 50)))
            .tools(tool)
            .build();
    CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    assistant
        .chat("fake{rounds=3 out=12 who=a}")
        .onPartialResponse(it -> {})
        .onCompleteResponse(end::complete)
        .onError(end::completeExceptionally)
        .start();
    ChatResponse unused = end.get(30, TimeUnit.SECONDS);
    assertThat(provider.requests()).isEqualTo(3);
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void aCancelledStreamCostsWhatCame(Client of) throws Exception {
    Heard heard = new Heard(20);
    quota("tokens").around(of.stream(provider.url(), 1_000)).chat("fake{endless=1}", heard);
    assertThatThrownBy(heard::await).isInstanceOf(CancellationException.class);
    provider.awaitReaderGone();
    assertThat(charged("tokens", alice)).isBetween(2 * 20L, 2 * 40L + 200);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatBreaksCostsWhatCame(Client of) {
    Heard heard = new Heard(0);
    quota("tokens").around(of.stream(provider.url(), 1_000)).chat("fake{cut=1 out=40}", heard);
    assertThatThrownBy(heard::await).isNotNull();
    assertThat(charged("tokens", alice)).isBetween(2 * 20L, 500L);
  }

  @ParameterizedTest
  @EnumSource
  void anErrorWithinAStreamCostsAtLeastWhatCame(Client of) {
    Heard heard = new Heard(0);
    quota("tokens").around(of.stream(provider.url(), 1_000)).chat("fake{error=1 out=40}", heard);
    assertThat(heard.end.handle((answer, failure) -> "over").orTimeout(30, TimeUnit.SECONDS).join())
        .isEqualTo("over");
    // OpenAI's client takes the error for the end of the stream, which leaves the whole estimate.
    assertThat(charged("tokens", alice))
        .isBetween(2 * 20L, of == Client.OPENAI ? 2 * 1_000L + 200 : 500);
  }

  @ParameterizedTest
  @EnumSource
  void useThatIsSaidLateCounts(Client of) throws Exception {
    Heard heard = new Heard(0);
    quota("tokens").around(of.stream(provider.url(), 50)).chat("fake{late=1 out=30 who=a}", heard);
    ChatResponse unused = heard.await();
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void aFailedCallCostsNothing(Client of) {
    ChatModel model = quota("tokens").around(of.model(provider.url(), 50));
    assertThatThrownBy(() -> model.chat("fake{fail=1}"))
        .isNotInstanceOf(QuotaRefusedException.class);
    Heard heard = new Heard(0);
    quota("tokens").around(of.stream(provider.url(), 50)).chat("fake{fail=1}", heard);
    assertThatThrownBy(heard::await).isNotNull();
    assertThat(charged("tokens", alice)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void withoutUsageTheEstimateCounts(Client of) throws Exception {
    String unused = quota("tokens").around(of.model(provider.url(), 50)).chat("fake{mute=1 out=7}");
    long first = charged("tokens", alice);
    assertThat(first).isBetween(2 * 50L, 2 * 50L + 200);
    Heard heard = new Heard(0);
    quota("tokens").around(of.stream(provider.url(), 50)).chat("fake{mute=1 out=7}", heard);
    ChatResponse unusedToo = heard.await();
    assertThat(charged("tokens", alice) - first).isBetween(2 * 50L, 2 * 50L + 200);
  }

  @Test
  void anUnboundedAnswerWithoutUsageCostsWhatItsTextSays() {
    ChatModel silent =
        new ChatModel() {
          @Override
          public ChatResponse doChat(ChatRequest request) {
            return ChatResponse.builder().aiMessage(AiMessage.from("four".repeat(100))).build();
          }
        };
    String unused = quota("tokens").around(silent).chat("hello");
    assertThat(charged("tokens", alice)).isBetween(2 * 100L, 2 * 100L + 20);
  }

  @ParameterizedTest
  @EnumSource
  void aTimeOutCostsTheEstimate(Client of) {
    ChatModel model = quota("tokens").around(of.model(provider.url(), 50));
    assertThatThrownBy(() -> model.chat("fake{hang=1}"))
        .isNotInstanceOf(QuotaRefusedException.class);
    assertThat(charged("tokens", alice)).isBetween(2 * 50L, 2 * 50L + 200);
  }

  @ParameterizedTest
  @EnumSource
  void refusesBeforeTheModelIsAsked(Client of) {
    QuotaModels quota = quota("few");
    quotas.charge(alice, "few", 300);
    assertThatThrownBy(() -> quota.around(of.model(provider.url(), 1_000)).chat("fake{}"))
        .isInstanceOfSatisfying(
            QuotaRefusedException.class,
            e -> assertThat(e.decision()).isInstanceOf(Decision.Denied.class));
    Heard heard = new Heard(0);
    quota.around(of.stream(provider.url(), 1_000)).chat("fake{}", heard);
    assertThatThrownBy(heard::await).hasCauseInstanceOf(QuotaRefusedException.class);
    assertThat(provider.requests()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void theThirdRoundIsRefusedAndTheOthersStayCharged(Client of) throws Exception {
    QuotaModels quota = quota("few");
    Assistant assistant = assistant(quota, of, 50);
    assertThatThrownBy(() -> quota.call(alice, () -> assistant.chat("fake{rounds=5 out=90 who=a}")))
        .isInstanceOf(QuotaRefusedException.class);
    assertThat(provider.requests()).isEqualTo(2);
    Billed billed = provider.billed("a");
    assertThat(charged("few", alice)).isEqualTo(billed.input() + 2 * billed.output());
  }

  @ParameterizedTest
  @EnumSource
  void workThatBeganMayFinishByItsGrace(Client of) {
    QuotaModels quota = quota("graced");
    Assistant assistant = assistant(quota, of, 50);
    assertThat(quota.call(alice, () -> assistant.chat("fake{rounds=4 out=90 who=a}")))
        .startsWith("word");
    Billed billed = provider.billed("a");
    long cost = billed.input() + 2 * billed.output();
    assertThat(cost).isGreaterThan(400);
    assertThat(charged("graced", alice)).isEqualTo(cost);
    assertThatThrownBy(() -> quota.call(alice, () -> assistant.chat("fake{out=1}")))
        .isInstanceOf(QuotaRefusedException.class);
    assertThat(provider.requests()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void theSmallerModelAnswersWhereTheQuotaIsShort(Client of) throws Exception {
    QuotaModels quota = quota("large");
    quotas.charge(alice, "large", 280);
    ChatResponse response =
        quota.around(of.model(provider.url(), 50)).chat(UserMessage.from("fake{out=7 who=a}"));
    assertThat(response.aiMessage().attributes()).containsEntry(QuotaModels.DEGRADED, true);
    assertThat(provider.requests("gpt-mini")).isEqualTo(1);
    Heard heard = new Heard(0);
    quota.around(of.stream(provider.url(), 50)).chat("fake{out=7}", heard);
    assertThat(heard.await().aiMessage().attributes()).containsEntry(QuotaModels.DEGRADED, true);
    assertThat(provider.requests("gpt-mini")).isEqualTo(2);
    assertThat(charged("large", alice)).isEqualTo(280);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsCutBeyondTheLimits(Client of) throws Exception {
    Heard heard = new Heard(0);
    quota("few").around(of.stream(provider.url(), 20)).chat("fake{endless=1}", heard);
    ChatResponse last = heard.await();
    assertThat(last.aiMessage().attributes()).containsEntry(QuotaModels.CUT, true);
    assertThat(last.aiMessage().text()).startsWith("wordword").hasSizeLessThan(4 * 250);
    provider.awaitReaderGone();
    assertThat(charged("few", alice)).isGreaterThanOrEqualTo(400);
  }

  @Test
  void somebodyMustBeCharged() {
    QuotaModels quota = QuotaModels.builder(quotas, "tokens").build();
    ChatModel model = quota.around(Client.OPENAI.model(provider.url(), 50));
    assertThatThrownBy(() -> model.chat("fake{}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("QuotaModels.call");
    assertThat(provider.requests()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void twoHundredAgentsCostWhatTheyAreBilled(Client of) throws Exception {
    QuotaModels quota = quota("tokens");
    Assistant assistant = assistant(quota, of, 50);
    ExecutorService threads = Executors.newFixedThreadPool(32);
    List<Callable<String>> runs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int run = i;
      String script =
          "fake{rounds=" + (1 + run % 4) + " out=" + (3 + run % 9) + " who=p" + run % 20 + "}";
      runs.add(() -> quota.call(Subject.user("p" + run % 20), () -> assistant.chat(script)));
    }
    for (Future<String> run : threads.invokeAll(runs)) {
      assertThat(run.get()).startsWith("word");
    }
    threads.shutdown();
    for (int i = 0; i < 20; i++) {
      assertThat(charged("tokens", Subject.user("p" + i)))
          .as("p%s", i)
          .isEqualTo(cost(provider.billed("p" + i)));
    }
  }
}
