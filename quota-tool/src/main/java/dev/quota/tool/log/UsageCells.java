package dev.quota.tool.log;

import dev.quota.usage.UsageReport;

/** Puts the number of a column into a report of what a call used. */
final class UsageCells {

  private UsageCells() {}

  static void set(UsageReport.Builder report, String name, long amount) {
    switch (name) {
      case "input_tokens" -> report.inputTokens(amount);
      case "total_input_tokens" -> report.totalInputTokens(amount);
      case "cached_input_tokens" -> report.cachedInputTokens(amount);
      case "cache_write_input_tokens" -> report.cacheWriteInputTokens(amount);
      case "cache_write_1h_input_tokens" -> report.cacheWrite1hInputTokens(amount);
      case "output_tokens" -> report.outputTokens(amount);
      case "reasoning_tokens" -> report.reasoningTokens(amount);
      default -> report.amount(name, amount);
    }
  }
}
