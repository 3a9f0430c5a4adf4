package dev.quota.servlet;

import java.io.IOException;

/**
 * Reads the body of a charged request: while its end waits, and as something that the client is to
 * blame for where it fails.
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
