package dev.quota.spring.ai;

import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counts each request to the model within one call. */
final class RoundMeter implements CallAdvisor, StreamAdvisor {

  private final ModelCall call;
  private final PromptTokens tokens;
  private final Prompt estimated;
  private final long estimatedTokens;

  /**
   * Creates a meter.
   *
   * @param estimated the prompt that was estimated for the reservation
   * @param estimatedTokens how many tokens it has
   */
  RoundMeter(ModelCall call, PromptTokens tokens, Prompt estimated, long estimatedTokens) {
    this.call = call;
    this.tokens = tokens;
    this.estimated = estimated;
    this.estimatedTokens = estimatedTokens;
  }

  @Override
  public String getName() {
    return "Quota of a round";
  }

  /** Directly before the model, which is the last advisor. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE - 1;
  }

  @Override
  public ChatClientResponse adviseCall(ChatClientRequest asked, CallAdvisorChain chain) {
    ChatClientRequest request = noted(asked);
    long input = tokens(request.prompt());
    if (!ModelCalls.await(call.beginRound(input))) {
      var refusal = ModelCalls.await(call.refusal(input));
      if (refusal.isPresent()) {
        throw new RefusedRoundException(refusal.get());
      }
      boolean unused = ModelCalls.await(call.beginRound(input));
    }
    try {
      ChatClientResponse response = chain.nextCall(request);
      Optional<UsageReport> used = ChatUsage.of(response.chatResponse());
      boolean unused = used.isPresent() || count(response);
      call.endRound(used);
      return response;
    } catch (Throwable e) {
      call.failRound(e);
      throw e;
    }
  }

  @Override
  public Flux<ChatClientResponse> adviseStream(ChatClientRequest asked, StreamAdvisorChain chain) {
    return Flux.defer(
        () -> {
          ChatClientRequest request = noted(asked);
          long input = tokens(request.prompt());
          return Mono.fromCompletionStage(call.beginRound(input))
              .flatMapMany(
                  begins -> begins ? counted(request, chain) : refused(input, request, chain));
        });
  }

  @SuppressWarnings("ReferenceEquality") // whoever changes a prompt makes another one
  private long tokens(Prompt prompt) {
    return prompt == estimated ? estimatedTokens : tokens.of(prompt);
  }

  /** Returns the request with a note in its system prompt, if the budget is almost used. */
  private ChatClientRequest noted(ChatClientRequest request) {
    return call.finishNote()
        .map(
            note ->
                request
                    .mutate()
                    .prompt(request.prompt().augmentSystemMessage(it -> noted(it, note)))
                    .build())
        .orElse(request);
  }

  private static SystemMessage noted(SystemMessage system, String note) {
    String text = system.getText();
    return system
        .mutate()
        .text(text == null || text.isBlank() ? note : text + "\n\n" + note)
        .build();
  }

  private Flux<ChatClientResponse> refused(
      long input, ChatClientRequest request, StreamAdvisorChain chain) {
    return Mono.fromCompletionStage(call.refusal(input))
        .flatMapMany(
            refusal ->
                refusal.isPresent()
                    ? Flux.error(new RefusedRoundException(refusal.get()))
                    : Mono.fromCompletionStage(call.beginRound(input))
                        .flatMapMany(it -> counted(request, chain)));
  }

  private Flux<ChatClientResponse> counted(ChatClientRequest request, StreamAdvisorChain chain) {
    return Flux.defer(
        () -> {
          StreamCut cut = new StreamCut();
          return chain
              .nextStream(request)
              .takeUntil(response -> cut.isAfter(count(response)))
              .concatWith(Flux.defer(() -> cut.last(call)))
              .doOnComplete(() -> cut.endRound(call))
              .doOnError(call::failRound);
        });
  }

  /** Returns whether the stream may go on. */
  private boolean count(ChatClientResponse response) {
    ChatResponse chunk = response.chatResponse();
    if (chunk == null) {
      return true;
    }
    ChatUsage.of(chunk).ifPresent(call::report);
    boolean mayGoOn = true;
    for (Generation generation : chunk.getResults()) {
      String text = generation.getOutput().getText();
      if (text != null) {
        mayGoOn = call.output(text);
      }
    }
    return mayGoOn;
  }
}
