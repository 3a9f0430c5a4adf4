package dev.quota.servlet;

import java.io.IOException;

/**
 * Reads the body of a charged request. The container waits until a read returns before it ends the
 * request. A failed read is a failure of the client.
 */
final class GuardedReading {

  /** A step of reading. */
  @FunctionalInterface
  interface Step {
    int read() throws IOException;
  }

  private final Settlement settlement;

  GuardedReading(Settlement settlement) {
    this.settlement = settlement;
  }

  int read(Step step) throws IOException {
    settlement.work().touch();
    try {
      settlement.access().enterOrThrow();
      try {
        return step.read();
      } finally {
        settlement.access().leave();
      }
    } catch (IOException e) {
      settlement.outcome().clientLeftAndSaid();
      throw e;
    }
  }
}
