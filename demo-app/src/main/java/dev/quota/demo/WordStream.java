package dev.quota.demo;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends an answer to a client. Each word is sent when it is ready, and no thread waits between two
 * words. The stream ends once, with a last word, also after a timeout, a shutdown or a failure.
 * Only a client that has left gets no last word.
 */
final class WordStream implements Runnable, AsyncListener {

  private static final System.Logger LOG = System.getLogger(WordStream.class.getName());

  /** The longest wait for a client that does not read while the server stops. */
  private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(1);

  /** Writes the words of an answer. Used by one thread at a time. */
  interface Writer {

    /** Sends a word; returns why the answer ends with it, and nothing if it goes on. */
    Optional<Ending> word(OutputStream out, String text) throws IOException;

    /** Sends what stands after the last word. */
    void last(OutputStream out, Ending ending) throws IOException;

    /** Called if the client has left. Nothing can be sent. */
    void left();
  }

  private final AsyncContext context;
  private final Iterator<SimulatedModel.Word> words;
  private final Writer writer;
  private final OpenStreams streams;
  private final ReentrantLock lock = new ReentrantLock();
  private SimulatedModel.Word next;
  private boolean ended;

  private WordStream(
      AsyncContext context, List<SimulatedModel.Word> words, Writer writer, OpenStreams streams) {
    this.context = context;
    this.words = words.iterator();
    this.writer = writer;
    this.streams = streams;
    next = this.words.next();
  }

  /** Sends an answer of at least one word from now on. */
  static void start(
      AsyncContext context, List<SimulatedModel.Word> words, Writer writer, OpenStreams streams) {
    WordStream stream = new WordStream(context, words, writer, streams);
    context.setTimeout(streams.timeout().toMillis());
    context.addListener(stream);
    streams.later(stream.next.pause(), stream);
    streams.add(stream);
  }

  @Override
  public void run() {
    lock.lock();
    try {
      if (!ended) {
        step();
      }
    } catch (IOException e) {
      leave(e);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "An answer failed.", e);
      end(Ending.FAILURE);
    } finally {
      lock.unlock();
    }
  }

  private void step() throws IOException {
    OutputStream out = context.getResponse().getOutputStream();
    Optional<Ending> ending = writer.word(out, next.text());
    out.flush();
    if (ending.isPresent()) {
      end(ending.get());
    } else if (words.hasNext()) {
      next = words.next();
      streams.later(next.pause(), this);
    } else {
      end(Ending.DONE);
    }
  }

  private void end(Ending ending) {
    lock.lock();
    try {
      if (!ended) {
        OutputStream out = context.getResponse().getOutputStream();
        writer.last(out, ending);
        out.flush();
        over();
      }
    } catch (IOException | RuntimeException e) {
      leave(e);
    } finally {
      lock.unlock();
    }
  }

  private void leave(Exception reason) {
    LOG.log(System.Logger.Level.DEBUG, "The client left before the answer ended.", reason);
    try {
      writer.left();
    } finally {
      over();
    }
  }

  private void over() {
    ended = true;
    streams.remove(this);
    try {
      context.complete();
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "The request is over already.", e);
    }
  }

  /** Ends the answer, because the server stops. */
  void shutDown() {
    try {
      if (lock.tryLock(SHUTDOWN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          end(Ending.SHUTDOWN);
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    lock.lock();
    try {
      ended = true;
      streams.remove(this);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end(Ending.TIME);
  }

  @Override
  public void onError(AsyncEvent event) {
    end(Ending.FAILURE);
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // The answer never starts a second cycle.
  }
}
