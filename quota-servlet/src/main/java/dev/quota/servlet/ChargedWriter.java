package dev.quota.servlet;

import java.io.PrintWriter;

/** The body of a charged response as text. The headers are written before its first character. */
final class ChargedWriter extends PrintWriter {

  private final ChargedResponse response;

  ChargedWriter(PrintWriter body, ChargedResponse response) {
    super(body);
    this.response = response;
  }

  @Override
  public void write(int character) {
    toBody(() -> super.write(character));
  }

  @Override
  public void write(char[] characters, int offset, int length) {
    toBody(() -> super.write(characters, offset, length));
  }

  @Override
  public void write(String text, int offset, int length) {
    toBody(() -> super.write(text, offset, length));
  }

  @Override
  public void println() {
    toBody(() -> super.println());
  }

  @Override
  public void flush() {
    toBody(super::flush);
    // A PrintWriter throws no exceptions. Its checkError has to be asked.
    response.noteBroken(checkBody());
  }

  private void toBody(Runnable call) {
    boolean open =
        response
            .guarded()
            .ifOpen(
                () -> {
                  response.begin();
                  call.run();
                });
    if (!open) {
      setError();
      response.noteBroken(true);
    }
  }

  private boolean checkBody() {
    boolean[] failed = new boolean[1];
    response
        .guarded()
        .ifOpen(() -> failed[0] = out instanceof PrintWriter body && body.checkError());
    return failed[0];
  }

  @Override
  public void close() {
    toBody(() -> super.close());
  }
}
