package dev.quota.spring.ai;

import dev.quota.Decision;
import dev.quota.QuotaRefusedException;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.message.QuotaMessages;
import dev.quota.models.ChatCallsBuilder;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import dev.quota.models.ModelRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Puts a quota around the calls of a {@code ChatClient}. It reserves before the model is asked,
 * counts while the answer streams, and settles to the sum of all rounds, including those after tool
 * calls. For Spring AI 1.1 and 2.0. Thread-safe.
 *
 * <pre>{@code
 * ChatClient client =
 *     ChatClient.builder(model)
 *         .defaultAdvisors(QuotaAdvisor.builder(quotas, "tokens").build())
 *         .build();
 *
 * String answer = client.prompt(question)
 *     .advisors(it -> it.param(QuotaAdvisor.SUBJECT, Subject.user("alice")))
 *     .call()
 *     .content();
 * }</pre>
 *
 * <p>A refused call throws a {@link QuotaRefusedException}, or a stream fails with one; see {@link
 * #REFUSAL_AS_ANSWER} for another way. Responses have the {@link ModelCall} in their context, under
 * {@link #CALL}.
 */
public final class QuotaAdvisor implements CallAdvisor, StreamAdvisor {

  /** The parameter with the {@link Subject} that is charged. */
  public static final String SUBJECT = "quota.subject";

  /** The name under which the context of each response has its {@link ModelCall}. */
  public static final String CALL = "quota.call";

  /**
   * The parameter that turns a refusal into an answer, if it is {@code true}. The text of the
   * answer is the sentence for the person. Its finish reason is {@link #REFUSED}. The context has
   * the {@link Decision} under this name.
   */
  public static final String REFUSAL_AS_ANSWER = "quota.refusal";

  /** The finish reason of an answer that replaces a refusal. */
  public static final String REFUSED = "QUOTA_REFUSED";

  /**
   * The finish reason of a stream that was cut, because the limits and their grace were used up.
   */
  public static final String CUT = "QUOTA_CUT";

  /** The key of metadata that is {@code true} if a smaller model answered. */
  public static final String DEGRADED = "quota.degraded";

  /**
   * After the advisors for chat memory and before the loop that calls tools, so that one
   * reservation covers all rounds.
   */
  public static final int DEFAULT_ORDER = Ordered.HIGHEST_PRECEDENCE + 250;

  static final String WHAT = "The call of the model";

  private final ModelCalls calls;
  private final PromptTokens tokens;
  private final SubjectSources subjects;
  private final RefusalAnswers refusals;
  private final int order;

  private QuotaAdvisor(Builder builder, ModelCalls calls, Supplier<Optional<Subject>> subject) {
    this.calls = calls;
    tokens = new PromptTokens(calls.estimator());
    subjects = new SubjectSources(subject, builder.reactiveSubject);
    refusals = new RefusalAnswers(builder.messages);
    order = builder.order;
  }

  /**
   * Starts an advisor.
   *
   * @param quotas the engine
   * @param quota the name of the quota
   * @return a builder, to be used by one thread
   */
  public static Builder builder(Quotas quotas, String quota) {
    return new Builder(quotas, quota);
  }

  @Override
  public String getName() {
    return "Quota";
  }

  @Override
  public int getOrder() {
    return order;
  }

  @Override
  public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
    ModelRequest estimated = modelRequest(request.prompt());
    ModelCall call = calls.begin(subjects.of(request), estimated);
    if (!call.isAllowed()) {
      return refused(request, call.decision());
    }
    try {
      ChatClientResponse response =
          MeteredChain.call(chain, this, meter(call, request, estimated), asked(request, call));
      var unused = ModelCalls.await(call.end());
      return Marks.put(response, call);
    } catch (RefusedRoundException e) {
      var unused = ModelCalls.await(call.end());
      return refused(request, e.decision());
    } catch (Throwable e) {
      var unused = ModelCalls.await(call.fail(e));
      throw e;
    }
  }

  private ChatClientResponse refused(ChatClientRequest request, Decision decision) {
    if (RefusalAnswers.isWanted(request)) {
      return refusals.answer(request, decision, LocaleContextHolder.getLocale());
    }
    throw new QuotaRefusedException(WHAT, decision);
  }

  @Override
  public Flux<ChatClientResponse> adviseStream(
      ChatClientRequest request, StreamAdvisorChain chain) {
    ModelRequest estimated = modelRequest(request.prompt());
    // Here, because the thread that refuses may not know the request.
    Locale language = LocaleContextHolder.getLocale();
    Mono<ModelCall> begun =
        subjects.ofStream(request).flatMap(it -> PendingCalls.begin(calls, it, estimated));
    return Flux.usingWhen(
            begun,
            call -> stream(request, chain, call, meter(call, request, estimated)),
            call -> PendingCalls.over(call.end()),
            (call, thrown) ->
                PendingCalls.over(
                    thrown instanceof RefusedRoundException ? call.end() : call.fail(thrown)),
            call -> PendingCalls.over(call.cancel()))
        .onErrorResume(
            RefusedRoundException.class,
            e ->
                RefusalAnswers.isWanted(request)
                    ? Flux.just(refusals.answer(request, e.decision(), language))
                    : Flux.error(new QuotaRefusedException(WHAT, e.decision())));
  }

  private Flux<ChatClientResponse> stream(
      ChatClientRequest request, StreamAdvisorChain chain, ModelCall call, RoundMeter meter) {
    Flux<ChatClientResponse> stream = MeteredChain.stream(chain, this, meter, asked(request, call));
    return call.isDegraded() ? stream.map(it -> Marks.put(it, call)) : stream;
  }

  private RoundMeter meter(ModelCall call, ChatClientRequest request, ModelRequest estimated) {
    return new RoundMeter(call, tokens, request.prompt(), estimated.inputTokens());
  }

  private ModelRequest modelRequest(Prompt prompt) {
    return new ModelRequest(
        PromptOptions.model(prompt), tokens.of(prompt), PromptOptions.maxTokens(prompt));
  }

  /** Returns the request with the model that must answer. Its context is that of responses. */
  private static ChatClientRequest asked(ChatClientRequest request, ModelCall call) {
    Map<String, Object> context = new HashMap<>(request.context());
    context.put(CALL, call);
    Prompt prompt =
        call.isDegraded()
            ? PromptOptions.withModel(request.prompt(), call.model().orElseThrow())
            : request.prompt();
    return new ChatClientRequest(prompt, context);
  }

  /** Collects the parts of an advisor. Not thread-safe. */
  public static final class Builder extends ChatCallsBuilder<Builder> {

    private Supplier<Mono<Subject>> reactiveSubject = Mono::empty;
    private @Nullable QuotaMessages messages;
    private int order = DEFAULT_ORDER;

    private Builder(Quotas quotas, String quota) {
      super(quotas, quota);
      estimator(Estimators.best());
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Sets who is charged for a stream if neither {@link #SUBJECT} nor {@link #subject(Supplier)}
     * gives a subject: a publisher that reads the Reactor context. A {@link Subject} in the context
     * under its own class is found without that.
     *
     * @param source returns empty if nobody is known
     * @return this builder
     */
    public Builder reactiveSubject(Supplier<Mono<Subject>> source) {
      reactiveSubject = Objects.requireNonNull(source, "source");
      return this;
    }

    /**
     * Sets the words for {@link #REFUSAL_AS_ANSWER}, by default those of the library.
     *
     * @param words the messages
     * @return this builder
     */
    public Builder messages(QuotaMessages words) {
      messages = Objects.requireNonNull(words, "words");
      return this;
    }

    /**
     * Sets the order among the advisors. It must be before Spring AI's advisor that calls tools.
     *
     * @param precedence by default {@link #DEFAULT_ORDER}
     * @return this builder
     */
    public Builder order(int precedence) {
      order = precedence;
      return this;
    }

    /**
     * Checks the policy and returns the advisor.
     *
     * @return the advisor
     * @throws dev.quota.UnknownQuotaException if the policies lack the quota
     * @throws IllegalStateException if the quota degrades and names no model to degrade to
     */
    public QuotaAdvisor build() {
      return new QuotaAdvisor(this, buildCalls(), subject());
    }
  }
}
