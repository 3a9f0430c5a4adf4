package dev.quota.benchmarks;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import dev.quota.models.ModelRequest;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spring.ai.QuotaAdvisor;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

/**
 * A call of a {@code ChatClient} whose model answers at once, with the advisor and without it. The
 * difference is the cost of the advisor. The store is the memory of the process.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgs = {"-Xms512m", "-Xmx512m"})
public class AdvisedCall {

  private static final String QUESTION = "What is the weather in Oslo, and what should I wear?";
  private static final String WORD = " word";
  private static final int CHUNKS = 1_000;

  /** Answers at once, with one word or with a stream of them. */
  private static final class HouseModel implements ChatModel {

    private final ChatResponse answer = said("rain", new DefaultUsage(20, 5));
    private final List<ChatResponse> chunks =
        Collections.nCopies(CHUNKS, said(WORD, new EmptyUsage()));

    private static ChatResponse said(String text, Usage usage) {
      return new ChatResponse(
          List.of(new Generation(new AssistantMessage(text))),
          ChatResponseMetadata.builder().model("house").usage(usage).build());
    }

    @Override
    public ChatResponse call(Prompt prompt) {
      return answer;
    }

    @Override
    public Flux<ChatResponse> stream(Prompt prompt) {
      return Flux.fromIterable(chunks);
    }
  }

  /** An engine, and two clients of one model. */
  @State(Scope.Thread)
  public static class Clients {

    private final Quotas quotas =
        Quotas.builder()
            .policy(
                QuotaPolicy.builder("tokens")
                    .limit("daily", "9000000000000 per calendar day")
                    .cost("input_tokens + 4 * output_tokens")
                    .build())
            .build();
    private final Subject alice = Subject.user("alice");
    private final ChatModel model = new HouseModel();
    private final ChatClient plain = builder().build();
    private final ChatClient advised =
        builder()
            .defaultAdvisors(
                QuotaAdvisor.builder(quotas, "tokens").subject(() -> Optional.of(alice)).build())
            .build();
    private final ModelCall stream =
        ModelCalls.builder(quotas, "tokens")
            .build()
            .begin(
                alice,
                new ModelRequest(Optional.empty(), 100, OptionalLong.of(1_000_000_000_000L)));

    /** Begins the round of the stream. */
    public Clients() {
      boolean unused = ModelCalls.await(stream.beginRound(100));
    }

    private ChatClient.Builder builder() {
      return ChatClient.builder(model)
          .defaultOptions(ChatOptions.builder().model("house").maxTokens(10 * CHUNKS).build());
    }

    /** Ends the engine. */
    @TearDown
    public void close() {
      var unused = ModelCalls.await(stream.cancel());
      quotas.close();
    }
  }

  /**
   * Calls with the advisor.
   *
   * @param clients the clients
   * @return the answer
   */
  @Benchmark
  public Object withAdvisor(Clients clients) {
    return clients.advised.prompt(QUESTION).call().content();
  }

  /**
   * Calls without it.
   *
   * @param clients the clients
   * @return the answer
   */
  @Benchmark
  public Object withoutAdvisor(Clients clients) {
    return clients.plain.prompt(QUESTION).call().content();
  }

  /**
   * Streams with the advisor. The estimate covers the answer.
   *
   * @param clients the clients
   * @return the last chunk
   */
  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public Object chunkWithAdvisor(Clients clients) {
    return clients.advised.prompt(QUESTION).stream().chatResponse().blockLast();
  }

  /**
   * Streams without it.
   *
   * @param clients the clients
   * @return the last chunk
   */
  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public Object chunkWithoutAdvisor(Clients clients) {
    return clients.plain.prompt(QUESTION).stream().chatResponse().blockLast();
  }

  /**
   * Counts one chunk of a stream below the estimate, without Spring AI.
   *
   * @param clients the clients
   * @return whether the stream may go on
   */
  @Benchmark
  public boolean chunk(Clients clients) {
    return clients.stream.output(WORD);
  }
}
