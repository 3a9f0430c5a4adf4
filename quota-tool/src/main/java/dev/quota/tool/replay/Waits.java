package dev.quota.tool.replay;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How long refused people had to wait. Not thread-safe. */
final class Waits {

  /**
   * The longest wait.
   *
   * @param duration how long
   * @param line the row that was refused
   * @param limit which limit refused it, such as {@code chat.daily}
   */
  record Worst(Duration duration, long line, String limit) {}

  private static final Duration[] BOUNDS = {
    Duration.ofMinutes(1),
    Duration.ofHours(1),
    Duration.ofHours(6),
    Duration.ofDays(1),
    Duration.ofDays(7)
  };
  static final String[] NAMES = {
    "upTo1Minute", "upTo1Hour", "upTo6Hours", "upTo1Day", "upTo7Days", "longer", "never"
  };

  private final long[] counts = new long[NAMES.length];
  private Optional<Worst> worst = Optional.empty();

  void add(Duration wait, long line, String limit) {
    int index = 0;
    while (index < BOUNDS.length && wait.compareTo(BOUNDS[index]) > 0) {
      index++;
    }
    counts[index]++;
    if (worst.isEmpty() || wait.compareTo(worst.get().duration()) > 0) {
      worst = Optional.of(new Worst(wait, line, limit));
    }
  }

  /** Counts a refusal that does not end by waiting. */
  void addNever() {
    counts[counts.length - 1]++;
  }

  Optional<Worst> worst() {
    return worst;
  }

  long[] counts() {
    return counts.clone();
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      json.put(NAMES[i], counts[i]);
    }
    return json;
  }
}
