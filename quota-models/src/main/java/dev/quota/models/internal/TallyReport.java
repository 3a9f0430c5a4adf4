package dev.quota.models.internal;

import dev.quota.usage.UsageReport;
import java.util.Optional;

/** Makes reports of tallies. Stateless. */
final class TallyReport {

  private TallyReport() {}

  /**
   * Makes a report.
   *
   * @param model in the answer, unless the tally has another one
   * @param estimate replaces what the tally does not have
   */
  static UsageReport of(Tally tally, Optional<String> model, UsageReport estimate) {
    UsageReport.Builder report = estimate.toBuilder();
    tally.model().or(() -> model).ifPresent(report::model);
    if (tally.input().isPresent()) {
      report
          .inputTokens(tally.input().getAsLong() - tally.cached() - tally.written())
          .cachedInputTokens(tally.cached())
          .cacheWriteInputTokens(tally.written())
          .cacheWrite1hInputTokens(tally.writtenForHour());
    }
    if (tally.output().isPresent()) {
      long said = tally.output().getAsLong();
      report
          .outputTokens(tally.isOutputLeast() ? Math.max(said, estimate.outputTokens()) : said)
          .reasoningTokens(tally.reasoning());
    }
    tally.amounts().forEach(report::amount);
    return report.build();
  }
}
