package dev.quota.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;

/**
 * The body of a charged request: one that cannot be read to its end is what the client sent, and no
 * failure of the application.
 */
final class ChargedInput extends ServletInputStream {

  private final ServletInputStream body;
  private final ChargedResponse response;
  private final Settlement settlement;

  ChargedInput(ServletInputStream body, ChargedResponse response, Settlement settlement) {
    this.body = body;
    this.response = response;
    this.settlement = settlement;
  }

  @Override
  public int read() throws IOException {
    settlement.work().touch();
    try {
      settlement.access().enterOrThrow();
      try {
        return body.read();
      } finally {
        settlement.access().leave();
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    settlement.work().touch();
    try {
      settlement.access().enterOrThrow();
      try {
        return body.read(bytes, offset, length);
      } finally {
        settlement.access().leave();
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private IOException unreadable(IOException failure) {
    settlement.outcome().clientLeftAndSaid();
    return failure;
  }

  @Override
  public int available() throws IOException {
    return body.available();
  }

  @Override
  public void close() throws IOException {
    body.close();
  }

  @Override
  public boolean isFinished() {
    return body.isFinished();
  }

  @Override
  public boolean isReady() {
    return body.isReady();
  }

  @Override
  public void setReadListener(ReadListener listener) {
    body.setReadListener(new ChargedReadListener(listener, response, settlement));
  }
}
