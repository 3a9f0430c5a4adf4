package dev.quota.servlet;

import java.io.PrintWriter;

/** The body of a charged response as text: its first character lets the headers go before it. */
final class ChargedWriter extends PrintWriter {

  private final ChargedResponse response;

  ChargedWriter(PrintWriter body, ChargedResponse response) {
    super(body);
    this.response = response;
  }

  @Override
  public void write(int character) {
    response.begin();
    super.write(character);
  }

  @Override
  public void write(char[] characters, int offset, int length) {
    response.begin();
    super.write(characters, offset, length);
  }

  @Override
  public void write(String text, int offset, int length) {
    response.begin();
    super.write(text, offset, length);
  }

  @Override
  public void println() {
    response.begin();
    super.println();
  }

  @Override
  public void flush() {
    response.begin();
    super.flush();
    // A writer throws nothing; it only remembers.
    response.noteBroken(checkBody());
  }

  private boolean checkBody() {
    return out instanceof PrintWriter body && body.checkError();
  }

  @Override
  public void close() {
    response.begin();
    super.close();
  }
}
