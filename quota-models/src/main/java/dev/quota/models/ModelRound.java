package dev.quota.models;

import dev.quota.usage.UsageReport;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The use of one round of a call so far. Not thread-safe. */
final class ModelRound {

  private final Optional<String> model;
  private final long inputTokens;
  private final TokenEstimator estimator;
  private long countedTokens;
  private @Nullable UsageReport reported;

  ModelRound(Optional<String> model, long inputTokens, TokenEstimator estimator) {
    this.model = model;
    this.inputTokens = inputTokens;
    this.estimator = estimator;
  }

  /** Counts a part of the answer as at least one token, because models send whole tokens. */
  long output(CharSequence text) {
    countedTokens += Math.max(1, estimator.tokens(text));
    return countedTokens;
  }

  /** Sets the use that the provider reported, unless it reported more before. */
  void report(UsageReport soFar) {
    if (reported == null || total(soFar) >= total(reported)) {
      reported = soFar;
    }
  }

  private static long total(UsageReport report) {
    return report.totalInputTokens() + report.outputTokens();
  }

  boolean hasOutput() {
    return countedTokens > 0 || reported != null;
  }

  /**
   * Returns whether the provider reported the use of the whole round. The first event of a stream
   * reports one token of output, so it is not enough.
   */
  boolean isReported() {
    return reported != null
        && total(reported) > 0
        && (reported.outputTokens() > 1 || countedTokens <= 1);
  }

  /** Returns the use of the round if it is cut now. */
  UsageReport soFar() {
    UsageReport said = reported;
    if (said == null) {
      UsageReport.Builder counted =
          UsageReport.builder().inputTokens(inputTokens).outputTokens(countedTokens);
      model.ifPresent(counted::model);
      return counted.build();
    }
    if (said.model().isPresent()
        && said.totalInputTokens() > 0
        && said.outputTokens() >= countedTokens) {
      return said;
    }
    UsageReport.Builder report = said.toBuilder();
    if (said.totalInputTokens() == 0) {
      report.inputTokens(inputTokens);
    }
    if (said.model().isEmpty()) {
      model.ifPresent(report::model);
    }
    return report.outputTokens(Math.max(said.outputTokens(), countedTokens)).build();
  }

  /**
   * Returns the use of the round at its end: the reported one, or else the counted one with the
   * largest possible output.
   */
  UsageReport complete(OptionalLong maxOutputTokens) {
    if (isReported()) {
      UsageReport said = Objects.requireNonNull(reported);
      return said.model().isPresent() || model.isEmpty()
          ? said
          : said.toBuilder().model(model.get()).build();
    }
    UsageReport soFar = soFar();
    return soFar.toBuilder()
        .outputTokens(Math.max(soFar.outputTokens(), maxOutputTokens.orElse(0)))
        .build();
  }
}
