package dev.quota.demo;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The answers that are being sent. At shutdown each of them is ended with its last word.
 * Thread-safe.
 */
final class OpenStreams {

  private final Executor threads;
  private final Duration timeout;
  private final Set<WordStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates an empty set of streams.
   *
   * @param threads the threads that send words
   * @param timeout how long an answer may take
   */
  OpenStreams(Executor threads, Duration timeout) {
    this.threads = threads;
    this.timeout = timeout;
  }

  Duration timeout() {
    return timeout;
  }

  void add(WordStream stream) {
    open.add(stream);
    if (closed) {
      stream.shutDown();
    }
  }

  void remove(WordStream stream) {
    open.remove(stream);
  }

  void later(Duration pause, WordStream stream) {
    CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, threads)
        .execute(stream);
  }

  /** Ends all answers, because the server stops. */
  void shutDown() {
    closed = true;
    List.copyOf(open).forEach(WordStream::shutDown);
  }
}
