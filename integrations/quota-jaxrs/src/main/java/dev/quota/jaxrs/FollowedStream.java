package dev.quota.jaxrs;

import dev.quota.http.request.RequestEnd;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The body of an answer, which notes how its writing ended. Not thread-safe. */
final class FollowedStream extends FilterOutputStream {

  private final ChargedCall call;
  private final boolean endsWhenClosed;
  private boolean begun;
  private boolean broken;

  /**
   * Creates a stream.
   *
   * @param endsWhenClosed whether closing it ends the call
   */
  FollowedStream(OutputStream out, ChargedCall call, boolean endsWhenClosed) {
    super(out);
    this.call = call;
    this.endsWhenClosed = endsWhenClosed;
    if (endsWhenClosed) {
      call.follow();
    }
  }

  @FunctionalInterface
  private interface Io {
    void run() throws IOException;
  }

  private void passingOn(Io io) throws IOException {
    try {
      io.run();
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  @Override
  public void write(int single) throws IOException {
    begun = true;
    passingOn(() -> out.write(single));
  }

  @Override
  public void write(byte[] some, int offset, int length) throws IOException {
    begun = true;
    passingOn(() -> out.write(some, offset, length));
  }

  @Override
  public void flush() throws IOException {
    passingOn(out::flush);
  }

  @Override
  public void close() throws IOException {
    try {
      passingOn(out::close);
    } finally {
      if (endsWhenClosed) {
        end(true);
      }
    }
  }

  /**
   * Ends the call.
   *
   * @param complete whether the application has written everything
   */
  void end(boolean complete) {
    if (broken || (!complete && begun)) {
      call.end(RequestEnd.CUT_SHORT);
    } else {
      call.end(complete ? RequestEnd.DELIVERED : RequestEnd.FAILED);
    }
  }
}
