package dev.quota.redis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes that must not outlive this JVM, should a test not come to its end. */
final class KilledAtExit {

  private static final Set<Process> PROCESSES = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> PROCESSES.forEach(Process::destroyForcibly)));
  }

  private KilledAtExit() {}

  /** Adds a process, and returns it. */
  static Process add(Process process) {
    PROCESSES.removeIf(earlier -> !earlier.isAlive());
    PROCESSES.add(process);
    return process;
  }
}
