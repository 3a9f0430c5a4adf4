package dev.quota.models.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Counts faults, and logs each kind once, without any text of an answer. Thread-safe. */
public final class FaultLog {

  private static final System.Logger LOG = System.getLogger(FaultLog.class.getName());

  /** The log of this process. */
  public static final FaultLog SHARED =
      new FaultLog(it -> LOG.log(System.Logger.Level.WARNING, it));

  private final Map<UsageFault.Kind, Long> counts = new ConcurrentHashMap<>();
  private final Consumer<String> log;

  FaultLog(Consumer<String> log) {
    this.log = log;
  }

  /** Counts a fault, and logs its kind unless it was logged before. */
  public void add(UsageFault.Kind kind) {
    long count = counts.merge(kind, 1L, Long::sum);
    if (count == 1) {
      log.accept(
          "The usage in a model's answer cannot be counted as it stands: "
              + kind.words()
              + ". What cannot be counted is charged by the estimate. Further answers of this kind"
              + " are not logged.");
    }
  }

  /** Returns how many faults of a kind there were. */
  public long count(UsageFault.Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }
}
