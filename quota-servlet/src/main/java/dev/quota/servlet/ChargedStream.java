package dev.quota.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/**
 * The body of a charged response. The headers are written before its first byte. A failed write is
 * noted.
 */
final class ChargedStream extends ServletOutputStream {

  private final ServletOutputStream body;
  private final ChargedResponse response;
  private final Settlement settlement;

  ChargedStream(ServletOutputStream body, ChargedResponse response, Settlement settlement) {
    this.body = body;
    this.response = response;
    this.settlement = settlement;
  }

  @Override
  public void write(int octet) throws IOException {
    toBody(() -> body.write(octet));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    toBody(() -> body.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    toBody(() -> body.flush());
  }

  @Override
  public void close() throws IOException {
    toBody(() -> body.close());
  }

  private void toBody(GuardedResponse.Call call) throws IOException {
    try {
      response
          .guarded()
          .ifOpenElseFails(
              () -> {
                response.begin();
                call.run();
              });
    } catch (IOException e) {
      throw settlement.outcome().broken(e);
    }
  }

  @Override
  public boolean isReady() {
    settlement.work().touch();
    return body.isReady();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    body.setWriteListener(new ChargedWriteListener(listener, response, settlement));
  }
}
