package dev.quota.spring.ai;

import dev.quota.Subject;
import dev.quota.models.BudgetTool;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * {@link BudgetTool} for Spring AI: a model that calls it learns what is left of a budget.
 * Immutable and thread-safe.
 *
 * <pre>{@code
 * ToolCallback budget =
 *     SpringAiBudgetTool.of(BudgetTool.of(quotas, "tokens"), () -> Optional.of(alice));
 * String answer = client.prompt(question).toolCallbacks(budget).call().content();
 * }</pre>
 *
 * <p>Whose budget it is says the tool context under {@link QuotaAdvisor#SUBJECT}, or else the
 * function. The arguments of the call are not used, because the model writes them.
 */
public final class SpringAiBudgetTool implements ToolCallback {

  private static final ToolDefinition DEFINITION =
      ToolDefinition.builder()
          .name(BudgetTool.NAME)
          .description(BudgetTool.DESCRIPTION)
          .inputSchema(BudgetTool.INPUT_SCHEMA)
          .build();

  private final BudgetTool budget;
  private final Supplier<Optional<Subject>> subject;

  private SpringAiBudgetTool(BudgetTool budget, Supplier<Optional<Subject>> subject) {
    this.budget = Objects.requireNonNull(budget, "budget");
    this.subject = Objects.requireNonNull(subject, "subject");
  }

  /**
   * Makes the tool.
   *
   * @param budget the tool that answers
   * @param subject finds whom the agent works for, in the thread that calls the tool; used if the
   *     tool context does not say it
   * @return the tool
   */
  public static SpringAiBudgetTool of(BudgetTool budget, Supplier<Optional<Subject>> subject) {
    return new SpringAiBudgetTool(budget, subject);
  }

  @Override
  public ToolDefinition getToolDefinition() {
    return DEFINITION;
  }

  @Override
  public String call(String arguments) {
    return call(arguments, null);
  }

  /**
   * Answers.
   *
   * @throws IllegalStateException if nobody knows whom the agent works for
   */
  @Override
  public String call(String arguments, @Nullable ToolContext context) {
    Object named = context == null ? null : context.getContext().get(QuotaAdvisor.SUBJECT);
    return budget.answer(
        Optional.ofNullable(named)
            .map(SubjectSources::require)
            .or(subject)
            .orElseThrow(SpringAiBudgetTool::nobody));
  }

  private static IllegalStateException nobody() {
    return new IllegalStateException(
        "Nothing here says whose budget is asked for: put a Subject into the tool context under "
            + QuotaAdvisor.SUBJECT
            + ", or let the function of SpringAiBudgetTool.of return one.");
  }
}
