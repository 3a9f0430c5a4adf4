package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.servlet.Notices;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A completion on its way to a client: events with words, then what it cost. It ends once: after
 * the last word, at the limit, when the client has left, or when time is up. The first two settle;
 * of the others the end of the request takes care.
 */
final class StreamedCompletion implements Runnable, AsyncListener {

  private static final System.Logger LOG = System.getLogger(StreamedCompletion.class.getName());
  private static final long TIMEOUT_MILLIS = 120_000;

  private final AsyncContext context;
  private final Iterator<SimulatedModel.Word> words;
  private final Completion completion;
  private final Reservation tokens;
  private final Notices notices;
  private final Executor threads;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final StringBuilder written = new StringBuilder();
  private SimulatedModel.Word next;
  private long held;
  private boolean inGrace;

  private StreamedCompletion(
      AsyncContext context,
      List<SimulatedModel.Word> words,
      Completion completion,
      Reservation tokens,
      Notices notices,
      Executor threads) {
    this.context = context;
    this.words = words.iterator();
    this.completion = completion;
    this.tokens = tokens;
    this.notices = notices;
    this.threads = threads;
    next = this.words.next();
    held = tokens.held();
  }

  /** Sends an answer of at least one word from now on, on the given threads. */
  static void start(
      AsyncContext context,
      List<SimulatedModel.Word> words,
      Completion completion,
      Reservation tokens,
      Notices notices,
      Executor threads) {
    StreamedCompletion answer =
        new StreamedCompletion(context, words, completion, tokens, notices, threads);
    context.setTimeout(TIMEOUT_MILLIS);
    context.addListener(answer);
    answer.schedule();
  }

  @Override
  public void run() {
    try {
      send();
    } catch (IOException | IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "The client left before the completion ended.", e);
      end();
    }
  }

  private void send() throws IOException {
    if (ended.get()) {
      return;
    }
    written.append(next.text());
    boolean mayGoOn = tokens.used(cost());
    write(frame("word", json -> json.writeStringField("text", next.text())));
    if (!mayGoOn) {
      write(notices.cut(tokens));
      settle();
    } else if (words.hasNext() && outputTokens() < completion.maxTokens()) {
      sayGrace();
      next = words.next();
      schedule();
    } else {
      settle();
    }
  }

  /** Says once that the answer goes on beyond the limit, which only a growth can have begun. */
  private void sayGrace() throws IOException {
    if (!inGrace && tokens.held() > held) {
      held = tokens.held();
      String notice = notices.grace(tokens);
      if (notice.contains("\"quota.grace\"")) {
        inGrace = true;
        write(notice);
      }
    }
  }

  private void settle() throws IOException {
    Settlement settlement = tokens.settle(cost());
    write(notices.settled(settlement));
    write(
        frame(
            "usage",
            json -> {
              json.writeNumberField("inputTokens", completion.inputTokens());
              json.writeNumberField("outputTokens", outputTokens());
              json.writeNumberField("charged", settlement.charged());
            }));
    end();
  }

  private long outputTokens() {
    return Math.min(Completion.tokens(written.toString()), completion.maxTokens());
  }

  private long cost() {
    return completion.inputTokens() + outputTokens();
  }

  private void write(String frame) throws IOException {
    ServletOutputStream out = context.getResponse().getOutputStream();
    out.write(frame.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String frame(String event, Json.Members members) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.FACTORY.createGenerator(data)) {
      json.writeStartObject();
      members.to(json);
      json.writeEndObject();
    }
    return "event: " + event + "\ndata: " + data.toString(StandardCharsets.UTF_8) + "\n\n";
  }

  private void schedule() {
    // Each run happens after the one that scheduled it, so its fields need no lock.
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
