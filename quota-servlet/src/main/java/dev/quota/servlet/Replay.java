package dev.quota.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * A body whose beginning was read already and can be read again. As thread-safe as any request
 * body: not at all.
 */
final class Replay extends ServletInputStream {

  private final byte[] start;
  private final boolean complete;
  private final ServletInputStream rest;
  private final Supplier<AsyncContext> async;
  private int position;

  /**
   * Creates the body.
   *
   * @param complete true if nothing comes after the beginning
   * @param async the asynchronous context, in which a read listener runs
   */
  Replay(byte[] start, boolean complete, ServletInputStream rest, Supplier<AsyncContext> async) {
    this.start = start;
    this.complete = complete;
    this.rest = rest;
    this.async = async;
  }

  private boolean isReplaying() {
    return position < start.length;
  }

  @Override
  public int read() throws IOException {
    if (isReplaying()) {
      return start[position++] & 0xff;
    }
    return complete ? -1 : rest.read();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (!isReplaying()) {
      return complete && length > 0 ? -1 : rest.read(into, offset, length);
    }
    int some = Math.min(length, start.length - position);
    System.arraycopy(start, position, into, offset, some);
    position += some;
    return some;
  }

  @Override
  public int available() throws IOException {
    return isReplaying() ? start.length - position : rest.available();
  }

  @Override
  public boolean isFinished() {
    return !isReplaying() && (complete || rest.isFinished());
  }

  @Override
  public boolean isReady() {
    return isReplaying() || complete || rest.isReady();
  }

  @Override
  public void setReadListener(ReadListener listener) {
    if (complete) {
      // The body was read to its end, so the container will not call the listener.
      async.get().start(() -> tellAll(listener));
    } else {
      rest.setReadListener(listener);
    }
  }

  private void tellAll(ReadListener listener) {
    try {
      if (isReplaying()) {
        listener.onDataAvailable();
      }
      listener.onAllDataRead();
    } catch (IOException | RuntimeException e) {
      listener.onError(e);
    }
  }
}
