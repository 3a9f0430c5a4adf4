package dev.quota.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;

/**
 * The body of a charged request. If it cannot be read, that is a failure of the client and not of
 * the application.
 */
final class ChargedInput extends ServletInputStream {

  private final ServletInputStream body;
  private final ChargedResponse response;
  private final Settlement settlement;
  private final GuardedReading reading;

  ChargedInput(ServletInputStream body, ChargedResponse response, Settlement settlement) {
    this.body = body;
    this.response = response;
    this.settlement = settlement;
    this.reading = new GuardedReading(settlement);
  }

  @Override
  public int read() throws IOException {
    return reading.read(() -> body.read());
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return reading.read(() -> body.read(bytes, offset, length));
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
