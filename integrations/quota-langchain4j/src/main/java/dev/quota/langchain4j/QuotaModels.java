package dev.quota.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.BudgetTool;
import dev.quota.models.ChatCallsBuilder;
import dev.quota.models.ModelCalls;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
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

  private QuotaModels(ModelCalls calls, Supplier<Optional<Subject>> subject) {
    this.calls = calls;
    this.subject = subject;
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
   * agent is a separate call. Streams that begin within the work, and tasks of {@link #executor},
   * belong to the same call, and may end after the work.
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
   * Returns an executor whose tasks continue the call of the thread that hands them over. Give it
   * to workflows whose agents run in several threads, and to services whose tools do. The call is
   * settled when its last task is over.
   *
   * @param threads runs the tasks
   * @return the executor, for use within {@link #call}; outside it nothing is added
   */
  public Executor executor(Executor threads) {
    Objects.requireNonNull(threads, "threads");
    return task -> threads.execute(CallScope.carry(task));
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
  public static final class Builder extends ChatCallsBuilder<Builder> {

    private Builder(Quotas quotas, String quota) {
      super(quotas, quota);
    }

    @Override
    protected Builder self() {
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
      return new QuotaModels(buildCalls(), subject());
    }
  }
}
