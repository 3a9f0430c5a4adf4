package dev.quota.usage;

import dev.quota.policy.Capacity;

/** Checks how the numbers of input tokens of a report fit together. */
final class InputTokens {

  private InputTokens() {}

  /** Returns the tokens that were written for an hour, which are a part of all written ones. */
  static long requireWritten1h(UsageReport.Builder report) {
    if (report.cacheWrite1hInputTokens > report.cacheWriteInputTokens) {
      throw new IllegalArgumentException(
          "cacheWrite1hInputTokens must be at most cacheWriteInputTokens, which is "
              + report.cacheWriteInputTokens
              + ", was "
              + report.cacheWrite1hInputTokens);
    }
    return report.cacheWrite1hInputTokens;
  }

  /** Returns the input tokens without those of a cache. */
  static long uncached(UsageReport.Builder report) {
    long ofCaches = report.cachedInputTokens + report.cacheWriteInputTokens;
    if (report.totalInputTokens.isEmpty()) {
      long input = report.inputTokens.orElse(0);
      require(input + ofCaches, "the sum of all input tokens");
      return input;
    }
    if (report.inputTokens.isPresent()) {
      throw new IllegalArgumentException(
          "inputTokens must be absent where totalInputTokens is given, was "
              + report.inputTokens.getAsLong());
    }
    long total = report.totalInputTokens.getAsLong();
    if (total < ofCaches) {
      throw new IllegalArgumentException(
          "totalInputTokens must be at least cachedInputTokens + cacheWriteInputTokens, which is "
              + ofCaches
              + ", was "
              + total);
    }
    return total - ofCaches;
  }

  static long require(long amount, String what) {
    if (amount < 0 || amount > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          what + " must be between 0 and " + Capacity.MAX_UNITS + ", was " + amount);
    }
    return amount;
  }
}
