package dev.quota.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.BudgetTool;
import dev.quota.models.ModelCalls;
import dev.quota.models.PriceList;
import dev.quota.models.TokenEstimator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Puts a quota around models of LangChain4j. It reserves before the model is asked, counts while
 * the answer streams, and settles to the use that the model reports. Thread-safe.
 *
 * <pre>{@code
 * QuotaModels quota = QuotaModels.builder(quotas, "tokens").build();
 * Assistant assistant =
 *     AiServices.builder(Assistant.class).chatModel(quota.around(model)).tools(tools).build();
 *
 * String answer = quota.call(Subject.user("alice"), () -> assistant.chat(question));
 * }</pre>
 *
 * <p>A refused call throws a {@link dev.quota.QuotaRefusedException}, or is given to {@code
 * onError} of a stream.
 */
public final class QuotaModels {

  /** The attribute of an {@code AiMessage} of a smaller model: {@code true}. */
  public static final String DEGRADED = "quota.degraded";

  /**
   * The attribute of an {@code AiMessage} whose stream was cut, because the limits and their grace
   * were used up: {@code true}.
   */
  public static final String CUT = "quota.cut";

  private final ModelCalls calls;
  private final Supplier<Optional<Subject>> subject;

  private QuotaModels(Builder builder) {
    calls = builder.calls.build();
    subject = builder.subject;
  }

  /**
   * Starts a builder.
   *
   * @param quotas the engine
   * @param quota the name of the quota
   * @return a builder, to be used by one thread
   */
  public static Builder builder(Quotas quotas, String quota) {
    return new Builder(quotas, quota);
  }

  /**
   * Returns a model whose calls are reserved.
   *
   * @param model the model that answers
   * @return the same model with its quota
   */
  public ChatModel around(ChatModel model) {
    return new QuotaChatModel(model, new CallStart(calls, subject));
  }

  /**
   * Returns a model whose streams are reserved.
   *
   * @param model the model that answers
   * @return the same model with its quota
   */
  public StreamingChatModel around(StreamingChatModel model) {
    return new QuotaStreamingChatModel(model, new CallStart(calls, subject));
  }

  /**
   * Runs work and treats its calls of models in this thread as the rounds of one call. One
   * reservation covers them and is settled to their sum. Without this method, each request of an
   * agent is a separate call.
   *
   * <p>A stream that begins here is charged to the same subject. It is a call of its own, because
   * it may end after the work does.
   *
   * @param <T> what the work returns
   * @param charged who is charged
   * @param work calls an {@code AiService} or a model
   * @return what the work returned
   * @throws dev.quota.QuotaRefusedException if the quota refuses the first round or a later one
   */
  public <T> T call(Subject charged, Supplier<T> work) {
    return CallScope.run(charged, work);
  }

  /**
   * Returns a tool by which a model learns what is left: give it to the tools of an {@code
   * AiService}. It answers about the subject of {@link #call}, or else about that of the builder.
   *
   * @param budget the tool that answers
   * @return an object with a {@code @Tool}
   */
  public LangChainBudgetTool budgetTool(BudgetTool budget) {
    return new LangChainBudgetTool(budget, new CallStart(calls, subject)::subject);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {

    private final ModelCalls.Builder calls;
    private Supplier<Optional<Subject>> subject = Optional::empty;

    private Builder(Quotas quotas, String quota) {
      calls = ModelCalls.builder(quotas, quota);
    }

    /**
     * Sets who is charged outside {@link QuotaModels#call}. The function is called in the thread
     * that calls the model.
     *
     * @param source returns empty if nobody is known
     * @return this builder
     */
    public Builder subject(Supplier<Optional<Subject>> source) {
      subject = Objects.requireNonNull(source, "source");
      return this;
    }

    /**
     * Sets the estimator of the tokens of messages, by default {@link TokenEstimator#characters}.
     *
     * @param tokens the estimator
     * @return this builder
     */
    public Builder estimator(TokenEstimator tokens) {
      calls.estimator(tokens);
      return this;
    }

    /**
     * Sets the assumed length of an answer whose request has no bound.
     *
     * @param outputTokens tokens, one or more; by default the policy's {@code estimate} is used
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder usualOutputTokens(long outputTokens) {
      calls.usualOutputTokens(outputTokens);
      return this;
    }

    /**
     * Lets calls add a note to the system prompt when 90 % of a run is used, so that an agent
     * finishes by itself. Without this, prompts are not changed.
     *
     * @param text for the model, such as {@link ModelCalls#FINISH_NOTE}
     * @return this builder
     * @throws IllegalArgumentException if the text is blank
     */
    public Builder finishNote(String text) {
      calls.finishNote(text);
      return this;
    }

    /**
     * Sets the prices of policies whose cost contains {@code price(usd)}.
     *
     * @param list by default {@link PriceList#builtIn}
     * @return this builder
     */
    public Builder prices(PriceList list) {
      calls.prices(list);
      return this;
    }

    /**
     * Checks the policy and returns what reserves.
     *
     * @return the models
     * @throws dev.quota.UnknownQuotaException if the policies lack the quota
     * @throws IllegalStateException if the quota degrades and names no model to degrade to
     */
    public QuotaModels build() {
      return new QuotaModels(this);
    }
  }
}
