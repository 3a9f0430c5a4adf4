package dev.quota.models.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that throws if it is too long. Closing it does nothing. */
final class BoundedStream extends FilterInputStream {

  /** The stream is too long. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;
  }

  private long left;

  BoundedStream(InputStream stream, long most) {
    super(stream);
    this.left = most;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    count(Math.max(0, read));
    return read;
  }

  private void count(int bytes) throws IOException {
    left -= bytes;
    if (left < 0) {
      throw new TooLongException();
    }
  }

  @Override
  public void close() {
    // The caller closes the stream.
  }
}
