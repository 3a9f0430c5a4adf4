package dev.quota.servlet;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** The body of a charged request as text; see {@link ChargedInput}. */
final class ChargedReader extends FilterReader {

  private final GuardedReading reading;

  ChargedReader(Reader body, Settlement settlement) {
    super(body);
    this.reading = new GuardedReading(settlement);
  }

  @Override
  public int read() throws IOException {
    return reading.read(() -> super.read());
  }

  @Override
  public int read(char[] characters, int offset, int length) throws IOException {
    return reading.read(() -> super.read(characters, offset, length));
  }
}
