package dev.quota.servlet;

import jakarta.servlet.ReadListener;
import java.io.IOException;

/**
 * Reads without blocking. An exception of the listener is a failure of the application, and an
 * error is one of the client.
 */
final class ChargedReadListener implements ReadListener {

  /** A step of reading. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private final ReadListener listener;
  private final ChargedResponse response;
  private final Settlement settlement;

  ChargedReadListener(ReadListener listener, ChargedResponse response, Settlement settlement) {
    this.listener = listener;
    this.response = response;
    this.settlement = settlement;
  }

  @Override
  public void onDataAvailable() throws IOException {
    guarded(listener::onDataAvailable);
  }

  @Override
  public void onAllDataRead() throws IOException {
    guarded(listener::onAllDataRead);
  }

  private void guarded(Step step) throws IOException {
    settlement.work().enterHelper();
    try {
      step.run();
    } catch (IOException | RuntimeException | Error e) {
      settlement.failed(e, response);
      throw e;
    } finally {
      settlement.work().leaveHelper();
    }
  }

  @Override
  public void onError(Throwable thrown) {
    settlement.outcome().clientLeftAndSaid();
    listener.onError(thrown);
  }
}
