package dev.quota.demo;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An answer on its way to a client: each word is sent when it is ready, and no thread waits between
 * two words. It ends once: with the last word, when the client has left, or when time is up.
 */
final class StreamedAnswer implements Runnable, AsyncListener {

  private static final System.Logger LOG = System.getLogger(StreamedAnswer.class.getName());
  private static final long TIMEOUT_MILLIS = 120_000;

  private final AsyncContext context;
  private final Iterator<SimulatedModel.Word> words;
  private final Executor threads;
  private final AtomicBoolean ended = new AtomicBoolean();
  private SimulatedModel.Word next;

  private StreamedAnswer(AsyncContext context, List<SimulatedModel.Word> words, Executor threads) {
    this.context = context;
    this.words = words.iterator();
    this.threads = threads;
    next = this.words.next();
  }

  /** Sends an answer of at least one word from now on, on the given threads. */
  static void start(AsyncContext context, List<SimulatedModel.Word> words, Executor threads) {
    StreamedAnswer answer = new StreamedAnswer(context, words, threads);
    context.setTimeout(TIMEOUT_MILLIS);
    context.addListener(answer);
    answer.schedule();
  }

  @Override
  public void run() {
    try {
      send();
    } catch (IOException | IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "The client left before the answer ended.", e);
      end();
    }
  }

  private void send() throws IOException {
    if (ended.get()) {
      return;
    }
    ServletOutputStream out = context.getResponse().getOutputStream();
    out.write(next.text().getBytes(StandardCharsets.UTF_8));
    out.flush();
    if (words.hasNext()) {
      next = words.next();
      schedule();
    } else {
      end();
    }
  }

  private void schedule() {
    // Each run happens after the one that scheduled it, so "next" needs no lock.
    CompletableFuture.delayedExecutor(next.pause().toNanos(), TimeUnit.NANOSECONDS, threads)
        .execute(this);
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      context.complete();
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    ended.set(true);
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end();
  }

  @Override
  public void onError(AsyncEvent event) {
    end();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // The answer never starts a second cycle.
  }
}
