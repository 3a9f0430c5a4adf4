package dev.quota.models;

import dev.quota.usage.UsageReport;
import java.util.List;

/** What an answer says about its use. Values are immutable. */
public sealed interface UsageResult {

  /**
   * The answer says what was used.
   *
   * @param report what it says
   */
  record Reported(UsageReport report) implements UsageResult {}

  /** The answer does not say what was used, for example because the call failed. */
  record NotReported() implements UsageResult {}

  /**
   * The answer says what was used, but by names that no known provider uses.
   *
   * @param names the first names of its numbers, at least one
   */
  record UnknownShape(List<String> names) implements UsageResult {

    /**
     * Copies the names.
     *
     * @param names the component
     */
    public UnknownShape {
      names = List.copyOf(names);
    }
  }
}
