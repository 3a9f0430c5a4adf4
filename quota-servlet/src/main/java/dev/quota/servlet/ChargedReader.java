package dev.quota.servlet;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** The body of a charged request as text; see {@link ChargedInput}. */
final class ChargedReader extends FilterReader {

  private final Settlement settlement;

  ChargedReader(Reader body, Settlement settlement) {
    super(body);
    this.settlement = settlement;
  }

  @Override
  public int read() throws IOException {
    settlement.work().touch();
    try {
      settlement.access().enterOrThrow();
      try {
        return super.read();
      } finally {
        settlement.access().leave();
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public int read(char[] characters, int offset, int length) throws IOException {
    settlement.work().touch();
    try {
      settlement.access().enterOrThrow();
      try {
        return super.read(characters, offset, length);
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
}
