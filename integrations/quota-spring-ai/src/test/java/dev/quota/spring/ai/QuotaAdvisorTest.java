package dev.quota.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Decision;
import dev.quota.QuotaRefusedException;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.FakeProvider;
import dev.quota.models.FakeProvider.Billed;
import dev.quota.models.ModelCall;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.context.i18n.LocaleContextHolder;
import reactor.core.publisher.Flux;

class QuotaAdvisorTest {

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
          degraded-label: a smaller model
        small: {limits: 10_000 per calendar day, cost: input_tokens + output_tokens}
      """;

  enum Client {
    OPENAI,
    ANTHROPIC;

    ChatModel model(String url, int maxTokens) {
      TestModels models = TestModels.create();
      return this == OPENAI
          ? models.openAi(url, "gpt-large", maxTokens)
          : models.anthropic(url, "claude", maxTokens);
    }
  }

  private final FakeProvider provider = new FakeProvider();
  private final WeatherTool tool = new WeatherTool();
  private final Subject alice =
      Subject.builder(Subject.Kind.USER, "alice").locale(Locale.ENGLISH).build();
  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY))).build();

  @AfterEach
  void close() {
    provider.close();
    quotas.close();
  }

  private ChatClient client(Client of, String quota, int maxTokens) {
    return ChatClient.builder(of.model(provider.url(), maxTokens))
        .defaultAdvisors(QuotaAdvisor.builder(quotas, quota).build())
        .build();
  }

  private ChatClient.ChatClientRequestSpec prompt(ChatClient client, String script) {
    return prompt(client, script, alice);
  }

  private ChatClient.ChatClientRequestSpec prompt(
      ChatClient client, String script, Subject subject) {
    return client
        .prompt()
        .user("What is the weather? fake{" + script + "}")
        .tools(tool)
        .advisors(it -> it.param(QuotaAdvisor.SUBJECT, subject));
  }

  private long charged(String quota, Subject subject) {
    var limit = quotas.states(subject).quota(quota).orElseThrow().primary();
    assertThat(limit.reserved()).hasValue(0);
    return limit.used().orElseThrow();
  }

  private static long cost(Billed billed) {
    return (long)
        Math.ceil(billed.input() - billed.cached() + 0.5 * billed.cached() + 2 * billed.output());
  }

  @ParameterizedTest
  @EnumSource
  void aCallCostsWhatTheProviderBills(Client of) {
    String answer = prompt(client(of, "tokens", 50), "out=7 who=a").call().content();
    assertThat(answer).startsWith("word word");
    assertThat(provider.billed("a").output()).isEqualTo(7);
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void aCallWithToolsCostsTheSumOfItsRounds(Client of) {
    ChatClientResponse response =
        prompt(client(of, "tokens", 50), "rounds=3 out=7 who=a").call().chatClientResponse();
    assertThat(tool.calls()).isEqualTo(2);
    assertThat(provider.requests()).isEqualTo(3);
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
    assertThat(response.context().get(QuotaAdvisor.CALL)).isInstanceOf(ModelCall.class);
  }

  @ParameterizedTest
  @EnumSource
  void cachedTokensHaveTheirOwnPrice(Client of) {
    String unused = prompt(client(of, "tokens", 50), "out=7 cached=9 who=a").call().content();
    assertThat(provider.billed("a").cached()).isEqualTo(9);
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void aStreamCostsWhatTheProviderBills(Client of) {
    List<String> chunks =
        prompt(client(of, "tokens", 50), "out=30 who=a").stream().content().collectList().block();
    assertThat(String.join("", chunks)).isEqualTo("word".repeat(30));
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void aStreamWithToolsCostsTheSumOfItsRounds(Client of) {
    List<String> chunks =
        prompt(client(of, "tokens", 50), "rounds=3 out=12 who=a").stream()
            .content()
            .collectList()
            .block();
    assertThat(String.join("", chunks)).contains("wordword");
    assertThat(provider.requests()).isEqualTo(3);
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void aCancelledStreamCostsWhatCame(Client of) {
    List<String> chunks =
        prompt(client(of, "tokens", 1_000), "endless=1 who=a").stream()
            .content()
            .filter(it -> !it.isEmpty())
            .take(20)
            .collectList()
            .block();
    assertThat(chunks).hasSize(20);
    assertThat(charged("tokens", alice)).isBetween(2 * 20L, 2 * 40L + 200);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatBreaksCostsWhatCame(Client of) {
    Flux<String> stream =
        prompt(client(of, "tokens", 1_000), "cut=1 out=40 who=a").stream().content();
    try {
      List<String> unused = stream.collectList().block();
    } catch (RuntimeException e) {
      assertThat(e).isNotInstanceOf(QuotaRefusedException.class);
    }
    long charged = charged("tokens", alice);
    assertThat(charged).isGreaterThanOrEqualTo(2 * 20L).isLessThan(2_000);
  }

  @ParameterizedTest
  @EnumSource
  void anErrorWithinAStreamCostsAtLeastWhatCame(Client of) {
    Flux<String> stream =
        prompt(client(of, "tokens", 1_000), "error=1 out=40 who=a").stream().content();
    try {
      List<String> unused = stream.collectList().block();
    } catch (RuntimeException e) {
      assertThat(e).isNotInstanceOf(QuotaRefusedException.class);
    }
    // A client that takes the error for the end of the stream leaves its whole estimate.
    assertThat(charged("tokens", alice)).isBetween(2 * 20L, 2 * 1_000L + 200);
  }

  @ParameterizedTest
  @EnumSource
  void useThatIsSaidLateCounts(Client of) {
    List<String> unused =
        prompt(client(of, "tokens", 50), "late=1 out=30 who=a").stream()
            .content()
            .collectList()
            .block();
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void aFailedCallCostsNothing(Client of) {
    assertThatThrownBy(() -> prompt(client(of, "tokens", 50), "fail=1").call().content())
        .isNotInstanceOf(QuotaRefusedException.class);
    assertThatThrownBy(
            () ->
                prompt(client(of, "tokens", 50), "fail=1").stream().content().collectList().block())
        .isNotInstanceOf(QuotaRefusedException.class);
    assertThat(charged("tokens", alice)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aCallWithoutUsageCostsItsEstimate(Client of) {
    String unused = prompt(client(of, "tokens", 50), "mute=1 out=7").call().content();
    assertThat(charged("tokens", alice)).isBetween(2 * 50L, 2 * 50L + 200);
  }

  @Test
  void anUnboundedAnswerWithoutUsageCostsWhatItsTextSays() {
    ChatModel silent =
        prompt ->
            new ChatResponse(List.of(new Generation(new AssistantMessage("four".repeat(100)))));
    ChatClient client =
        ChatClient.builder(silent)
            .defaultAdvisors(QuotaAdvisor.builder(quotas, "tokens").build())
            .build();
    String unused =
        client
            .prompt("hello")
            .advisors(it -> it.param(QuotaAdvisor.SUBJECT, alice))
            .call()
            .content();
    assertThat(charged("tokens", alice)).isBetween(2 * 100L, 2 * 100L + 20);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamWithoutUsageCostsItsEstimate(Client of) {
    List<String> unused =
        prompt(client(of, "tokens", 50), "mute=1 out=7").stream().content().collectList().block();
    assertThat(charged("tokens", alice)).isBetween(2 * 50L, 2 * 50L + 200);
  }

  @ParameterizedTest
  @EnumSource
  void aTimeOutCostsTheEstimate(Client of) {
    assertThatThrownBy(() -> prompt(client(of, "tokens", 50), "hang=1").call().content())
        .isNotInstanceOf(QuotaRefusedException.class);
    assertThat(charged("tokens", alice)).isBetween(2 * 50L, 2 * 50L + 200);
  }

  @ParameterizedTest
  @EnumSource
  void refusesBeforeTheModelIsAsked(Client of) {
    ChatClient client = client(of, "few", 1_000);
    quotas.charge(alice, "few", 300);
    assertThatThrownBy(() -> prompt(client, "out=7").call().content())
        .isInstanceOfSatisfying(
            QuotaRefusedException.class,
            e -> assertThat(e.decision()).isInstanceOf(Decision.Denied.class));
    assertThatThrownBy(() -> prompt(client, "out=7").stream().content().collectList().block())
        .isInstanceOf(QuotaRefusedException.class);
    assertThat(provider.requests()).isZero();
    assertThat(charged("few", alice)).isEqualTo(300);
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalIsAnAnswerForThoseWhoAsk(Client of) {
    ChatClient client = client(of, "few", 1_000);
    quotas.charge(alice, "few", 300);
    var request =
        prompt(client, "out=7").advisors(it -> it.param(QuotaAdvisor.REFUSAL_AS_ANSWER, true));
    ChatClientResponse response = request.call().chatClientResponse();
    assertThat(response.context().get(QuotaAdvisor.REFUSAL_AS_ANSWER))
        .isInstanceOf(Decision.Denied.class);
    assertThat(response.chatResponse().getResult().getOutput().getText()).contains("100");
    assertThat(response.chatResponse().getResult().getMetadata().getFinishReason())
        .isEqualTo(QuotaAdvisor.REFUSED);
    assertThat(request.stream().content().collectList().block())
        .containsExactly(response.chatResponse().getResult().getOutput().getText());
    assertThat(provider.requests()).isZero();
  }

  @Test
  void aRefusalIsInTheLanguageOfTheRequestWhereTheSubjectHasNone() {
    Subject bob = Subject.user("bob");
    ChatClient client = client(Client.OPENAI, "few", 1_000);
    quotas.charge(bob, "few", 300);
    var request =
        prompt(client, "out=7", bob).advisors(it -> it.param(QuotaAdvisor.REFUSAL_AS_ANSWER, true));
    LocaleContextHolder.setLocale(Locale.FRENCH);
    try {
      assertThat(request.call().content()).contains("aujourd’hui");
      assertThat(request.stream().content().collectList().block())
          .singleElement()
          .asString()
          .contains("aujourd’hui");
    } finally {
      LocaleContextHolder.resetLocaleContext();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSmallerModelAnswersWhereTheQuotaIsShort(Client of) {
    ChatClient client = client(of, "large", 50);
    quotas.charge(alice, "large", 280);
    ChatClientResponse response = prompt(client, "out=7 who=a").call().chatClientResponse();
    assertThat(provider.requests("gpt-mini")).isEqualTo(1);
    assertThat(response.chatResponse().getMetadata().<Boolean>get(QuotaAdvisor.DEGRADED)).isTrue();
    Billed billed = provider.billed("a");
    assertThat(charged("small", alice)).isEqualTo(billed.input() + billed.output());
    List<String> unused = prompt(client, "out=7").stream().content().collectList().block();
    assertThat(provider.requests("gpt-mini")).isEqualTo(2);
    assertThat(charged("large", alice)).isEqualTo(280);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsCutBeyondTheLimits(Client of) {
    ChatClient client = client(of, "few", 20);
    List<ChatClientResponse> chunks =
        prompt(client, "endless=1").stream().chatClientResponse().collectList().block();
    ChatClientResponse last = chunks.get(chunks.size() - 1);
    assertThat(last.chatResponse().getResult().getMetadata().getFinishReason())
        .isEqualTo(QuotaAdvisor.CUT);
    assertThat(chunks.size()).isLessThan(250);
    assertThat(charged("few", alice)).isGreaterThanOrEqualTo(400);
  }

  @Test
  void theThirdRoundIsRefusedAndTheOthersStayCharged() {
    ChatClient client = seeingRounds(Client.OPENAI, "few", 50);
    assertThatThrownBy(() -> prompt(client, "rounds=5 out=90 who=a").call().content())
        .isInstanceOf(QuotaRefusedException.class);
    assertThat(provider.requests()).isEqualTo(2);
    Billed billed = provider.billed("a");
    assertThat(charged("few", alice)).isEqualTo(billed.input() + 2 * billed.output());
    if (TestModels.create().seesRoundsOfStreams()) {
      assertThatThrownBy(
              () -> prompt(client, "rounds=5 out=90").stream().content().collectList().block())
          .isInstanceOf(QuotaRefusedException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void workThatBeganMayFinishByItsGrace(Client of) {
    ChatClient client = seeingRounds(of, "graced", 50);
    assertThat(prompt(client, "rounds=4 out=90 who=a").call().content()).startsWith("word");
    Billed billed = provider.billed("a");
    long cost = billed.input() + 2 * billed.output();
    assertThat(cost).isGreaterThan(400);
    assertThat(charged("graced", alice)).isEqualTo(cost);
    assertThatThrownBy(() -> prompt(client, "out=1").call().content())
        .isInstanceOf(QuotaRefusedException.class);
    assertThat(provider.requests()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void cachedTokensOfEachRoundHaveTheirOwnPrice(Client of) {
    ChatClient client = seeingRounds(of, "tokens", 50);
    String unused = prompt(client, "rounds=3 out=7 cached=8 who=a").call().content();
    assertThat(provider.billed("a").cached()).isEqualTo(24);
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @Test
  void aToolThatFailsLeavesWhatTheModelUsed() {
    ChatClient client =
        seeingRounds(Client.OPENAI, "tokens", 50)
            .mutate()
            .defaultAdvisors(new FailingAdvisor())
            .build();
    assertThatThrownBy(() -> prompt(client, "rounds=2 out=7 who=a").call().content())
        .hasMessage("the advisor fails");
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  /** Fails after the first round was answered. */
  private static final class FailingAdvisor implements CallAdvisor {
    @Override
    public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
      ChatClientResponse unused = chain.nextCall(request);
      throw new IllegalStateException("the advisor fails");
    }

    @Override
    public String getName() {
      return "failing";
    }

    @Override
    public int getOrder() {
      return 0;
    }
  }

  private ChatClient seeingRounds(Client of, String quota, int maxTokens) {
    return client(of, quota, maxTokens)
        .mutate()
        .defaultAdvisors(TestModels.create().toolAdvisors())
        .build();
  }

  @Test
  void whoIsChargedComesFromTheReactorContextOrASource() {
    ChatClient client =
        ChatClient.builder(Client.OPENAI.model(provider.url(), 50))
            .defaultAdvisors(QuotaAdvisor.builder(quotas, "tokens").build())
            .build();
    var nobody = client.prompt().user("fake{out=3 who=a}");
    assertThatThrownBy(() -> nobody.call().content())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(QuotaAdvisor.SUBJECT);
    assertThatThrownBy(() -> nobody.stream().content().collectList().block())
        .isInstanceOf(IllegalStateException.class);
    List<String> unused =
        nobody.stream()
            .content()
            .contextWrite(it -> it.put(Subject.class, alice))
            .collectList()
            .block();
    assertThat(charged("tokens", alice)).isEqualTo(cost(provider.billed("a")));
  }

  @ParameterizedTest
  @EnumSource
  void twoHundredAgentsCostWhatTheyAreBilled(Client of) throws Exception {
    ChatClient client = client(of, "tokens", 50);
    ExecutorService threads = Executors.newFixedThreadPool(32);
    List<Callable<Void>> runs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int run = i;
      Subject person = Subject.user("p" + run % 20);
      String script = "rounds=" + (1 + run % 4) + " out=" + (3 + run % 9) + " who=p" + run % 20;
      runs.add(
          () -> {
            if (run % 2 == 0) {
              String unused = prompt(client, script, person).call().content();
            } else {
              List<String> unused =
                  prompt(client, script, person).stream().content().collectList().block();
            }
            return null;
          });
    }
    for (Future<Void> run : threads.invokeAll(runs)) {
      run.get();
    }
    threads.shutdown();
    for (int i = 0; i < 20; i++) {
      assertThat(charged("tokens", Subject.user("p" + i)))
          .as("p%s", i)
          .isEqualTo(cost(provider.billed("p" + i)));
    }
  }
}
