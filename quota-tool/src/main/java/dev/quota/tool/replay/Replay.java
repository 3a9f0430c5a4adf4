package dev.quota.tool.replay;

import dev.quota.policy.Policies;
import dev.quota.tool.log.LogOptions;
import dev.quota.tool.log.LogReader;
import dev.quota.tool.log.UsageRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Replays a usage log with policies, and with earlier policies to compare. One thread reads and
 * sorts. Each set of policies has a thread that charges.
 */
public final class Replay {

  private static final int BATCH = 4_096;

  private Replay() {}

  /**
   * Replays a log.
   *
   * @param file a path, or {@code -} for standard input
   * @param policies the policies to try
   * @param against the earlier policies
   * @param options how the log is read
   * @param bytesRead gets how many bytes of the file were read so far
   * @return what happened
   * @throws dev.quota.tool.log.LogException if the log cannot be read
   * @throws ReplayException if memory is too small
   */
  public static ReplayReport run(
      String file,
      Policies policies,
      Optional<Policies> against,
      LogOptions options,
      LongConsumer bytesRead) {
    List<Policies> sets = new ArrayList<>(List.of(policies));
    against.ifPresent(sets::add);
    LogReader reader = new LogReader(sets, options);
    List<Side> sides = new ArrayList<>();
    try {
      for (int i = 0; i < sets.size(); i++) {
        sides.add(new Side(i, sets.get(i), 0.6 / sets.size()));
      }
      charge(file, reader, sides, bytesRead);
      return new ReplayReport(
          reader,
          new SideReport(sides.get(0)),
          sides.stream().skip(1).findFirst().map(SideReport::new));
    } finally {
      sides.forEach(Side::close);
    }
  }

  private static void charge(
      String file, LogReader reader, List<Side> sides, LongConsumer bytesRead) {
    List<SideThread> threads = new ArrayList<>();
    for (Side side : sides) {
      threads.add(new SideThread(side, "charges-" + threads.size()));
    }
    try {
      Batches batches = new Batches(threads);
      reader.read(file, batches::add, bytesRead);
      batches.flush();
      threads.forEach(SideThread::finish);
    } finally {
      threads.forEach(SideThread::stop);
    }
  }

  /** Collects rows in batches, because handing over a single row costs more than charging it. */
  private static final class Batches {

    private final List<SideThread> threads;
    private List<UsageRow> batch = new ArrayList<>(BATCH);

    Batches(List<SideThread> threads) {
      this.threads = threads;
    }

    void add(UsageRow row) {
      batch.add(row);
      if (batch.size() == BATCH) {
        flush();
      }
    }

    void flush() {
      if (!batch.isEmpty()) {
        for (SideThread thread : threads) {
          thread.add(batch);
        }
        batch = new ArrayList<>(BATCH);
      }
    }
  }
}
