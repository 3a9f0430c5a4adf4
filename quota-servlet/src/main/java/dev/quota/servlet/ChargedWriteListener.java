package dev.quota.servlet;

import jakarta.servlet.WriteListener;
import java.io.IOException;

/**
 * Writes without blocking. An exception of the listener is a failure of the application, and an
 * error is one of the client.
 */
final class ChargedWriteListener implements WriteListener {

  private final WriteListener listener;
  private final ChargedResponse response;
  private final Settlement settlement;

  ChargedWriteListener(WriteListener listener, ChargedResponse response, Settlement settlement) {
    this.listener = listener;
    this.response = response;
    this.settlement = settlement;
  }

  @Override
  public void onWritePossible() throws IOException {
    settlement.work().enterHelper();
    try {
      listener.onWritePossible();
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
