package dev.quota.models.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Logs each kind of fault once, without any text of an answer. Thread-safe. */
public final class FaultLog {

  private static final System.Logger LOG = System.getLogger(FaultLog.class.getName());

  /** The log of this process. */
  public static final FaultLog SHARED =
      new FaultLog(it -> LOG.log(System.Logger.Level.WARNING, it));

  private final Set<UsageFault.Kind> said = ConcurrentHashMap.newKeySet();
  private final Consumer<String> log;

  FaultLog(Consumer<String> log) {
    this.log = log;
  }

  /** Logs a kind of fault, unless it was logged before. */
  public void add(UsageFault.Kind kind) {
    if (said.add(kind)) {
      log.accept(
          "The usage in a model's answer cannot be counted as it stands: "
              + kind.words()
              + ". What cannot be counted is charged by the estimate. Further answers of this kind"
              + " are not logged.");
    }
  }
}
