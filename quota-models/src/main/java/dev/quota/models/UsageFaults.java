package dev.quota.models;

import dev.quota.models.internal.FaultLog;
import dev.quota.models.internal.UsageFault;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Counts the answers of this process whose use could not be counted as it stands. The log has the
 * first of each kind only. quota-micrometer has a meter for it, {@code UsageMetrics}. Thread-safe.
 */
public final class UsageFaults {

  private UsageFaults() {}

  /**
   * Returns the kinds of faults, such as {@code unknown_shape} for an answer of a format that no
   * family knows, {@code missing} for one that does not say what was used, and {@code unpriced} for
   * a model without a price.
   *
   * @return the kinds, in alphabetical order
   */
  public static List<String> kinds() {
    return Arrays.stream(UsageFault.Kind.values())
        .map(it -> it.name().toLowerCase(Locale.ROOT))
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  /**
   * Returns how many faults of a kind there were since this process began.
   *
   * @param kind one of {@link #kinds}
   * @return the number
   * @throws IllegalArgumentException if there is no such kind
   */
  public static long count(String kind) {
    if (!kinds().contains(kind)) {
      throw new IllegalArgumentException("kind must be one of " + kinds() + ", was " + kind);
    }
    return FaultLog.SHARED.count(UsageFault.Kind.valueOf(kind.toUpperCase(Locale.ROOT)));
  }
}
