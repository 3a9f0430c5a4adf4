package dev.quota.benchmarks;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** A random sequence of users for one thread. It is the same in every run. */
@State(Scope.Thread)
public class Pick {

  private long last;

  /**
   * Starts the sequence.
   *
   * @param thread tells the sequences of several threads apart
   */
  @Setup
  public void start(ThreadParams thread) {
    last = thread.getThreadIndex();
  }

  /** Returns the next index below a bound, from a linear congruential generator. */
  int next(int bound) {
    last = last * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
    return (int) (((last >>> 32) * bound) >>> 32);
  }
}
