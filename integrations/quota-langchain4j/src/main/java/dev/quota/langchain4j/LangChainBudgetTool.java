package dev.quota.langchain4j;

import dev.langchain4j.agent.tool.Tool;
import dev.quota.Subject;
import dev.quota.models.BudgetTool;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * {@link BudgetTool} for LangChain4j: a model that calls it learns what is left of a budget. Get
 * one from {@link QuotaModels#budgetTool}. Immutable and thread-safe.
 */
public final class LangChainBudgetTool {

  private final BudgetTool budget;
  private final Supplier<Subject> subject;

  LangChainBudgetTool(BudgetTool budget, Supplier<Subject> subject) {
    this.budget = Objects.requireNonNull(budget, "budget");
    this.subject = subject;
  }

  /**
   * Answers. Called by LangChain4j.
   *
   * @return what {@link BudgetTool#answer} returns
   * @throws IllegalStateException if nobody knows whom the agent works for
   */
  @Tool(name = BudgetTool.NAME, value = BudgetTool.DESCRIPTION)
  public String remainingBudget() {
    return budget.answer(subject.get());
  }
}
