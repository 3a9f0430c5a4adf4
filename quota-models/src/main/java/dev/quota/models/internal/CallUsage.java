package dev.quota.models.internal;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.quota.usage.UsageReport;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects the usage in the answers of one call. Mistakes are reported when the report is made. Not
 * thread-safe.
 */
public final class CallUsage {

  private static final int LONGEST_TEXT = 64 << 20;
  private static final int MOST_CALLS = 10_000;
  private static final int MOST_FAULTS = 100;

  private final FaultLog log;
  private final List<UsageFault> faults = new ArrayList<>();
  private final Map<String, CallFigures> calls = new LinkedHashMap<>();
  private Optional<String> model = Optional.empty();
  private int messages;
  private int parts;

  /** Creates it for one call. */
  public CallUsage() {
    this(FaultLog.SHARED);
  }

  CallUsage(FaultLog log) {
    this.log = log;
  }

  /**
   * Reads a text: a document, the data of an event, or a whole stream of them.
   *
   * @param text the text of a provider; null means nothing
   */
  public void read(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return;
    }
    if (text.length() > LONGEST_TEXT) {
      tooLarge();
      return;
    }
    String start = text.stripLeading();
    if (start.startsWith("\uFEFF")) {
      start = start.substring(1).stripLeading();
    }
    int end = lineEnd(start, 0);
    String first = start.substring(0, end);
    if (AnswerText.isEvents(first)) {
      AnswerText events = new AnswerText();
      start.lines().forEach(events::line);
      events.end();
      events.take().forEach(this::document);
    } else if (end < start.length()
        && AnswerText.isLines(first, start.substring(end, lineEnd(start, end + 1)).strip())) {
      start.lines().filter(it -> !it.isBlank()).forEach(this::document);
    } else {
      document(start);
    }
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private void document(String text) {
    if (text.strip().equals("[DONE]")) {
      return;
    }
    try {
      AnswerParser.read(text, this::add);
    } catch (JsonProcessingException e) {
      fault(malformed(e));
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  /**
   * Reads a stream to its end and leaves it open.
   *
   * @param stream UTF-8
   * @throws IOException if it cannot be read
   */
  public void read(InputStream stream) throws IOException {
    BufferedInputStream start =
        new BufferedInputStream(new BoundedStream(stream, LONGEST_TEXT), 8_192);
    try {
      if (isJson(start)) {
        AnswerParser.read(start, this::add);
      } else {
        events(start);
      }
    } catch (JsonProcessingException e) {
      fault(malformed(e));
    } catch (BoundedStream.TooLongException e) {
      tooLarge();
    }
  }

  private static boolean isJson(BufferedInputStream stream) throws IOException {
    stream.mark(4_096);
    int first = stream.read();
    for (int i = 0; i < 4_000 && isBlank(first); i++) {
      first = stream.read();
    }
    int second = stream.read();
    stream.reset();
    return !Character.isLetter(first) && first != ':' && second != ':';
  }

  /** Returns whether it is white space or a byte of a byte order mark. */
  private static boolean isBlank(int character) {
    return Character.isWhitespace(character)
        || character == 0xEF
        || character == 0xBB
        || character == 0xBF;
  }

  private void events(InputStream stream) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    AnswerText events = new AnswerText();
    boolean isStart = true;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (isStart && !line.isBlank() && !AnswerText.isEvents(line.replace("\uFEFF", ""))) {
        document(line);
        return;
      }
      isStart &= line.isBlank();
      events.line(line.startsWith("\uFEFF") ? line.substring(1) : line);
      events.take().forEach(this::document);
    }
    events.end();
    events.take().forEach(this::document);
  }

  private void add(Answer answer) {
    answer.faults().forEach(this::fault);
    model = answer.model().or(() -> model);
    if (answer.places().isEmpty()) {
      return;
    }
    answer.places().forEach((place, figures) -> add(answer, place, figures));
  }

  private void add(Answer answer, String place, Figures figures) {
    boolean isPart = UsageFamilies.of(figures).map(family -> family.addsUp(figures)).orElse(false);
    CallFigures call = isPart ? call("part " + parts++) : call(key(answer));
    call.add(place, figures);
    if (place.equals("usage")) {
      if (answer.type().equals("message_start")) {
        call.begin();
      } else {
        call.goOn();
      }
    }
  }

  private CallFigures call(String key) {
    CallFigures call = calls.get(key);
    if (call != null) {
      return call;
    }
    if (calls.size() >= MOST_CALLS) {
      tooLarge();
      return new CallFigures();
    }
    CallFigures begun = new CallFigures();
    calls.put(key, begun);
    return begun;
  }

  /**
   * Returns the key of the call. A session and the results of a batch have several calls. A message
   * begins another one.
   */
  private String key(Answer answer) {
    if (answer.id().isPresent()) {
      return "id " + answer.id().get();
    }
    if (answer.type().equals("response.done")) {
      return answer.responseId().map(it -> "response " + it).orElseGet(() -> "part " + parts++);
    }
    String current = "message " + messages;
    CallFigures call = calls.get(current);
    if (answer.type().equals("message_start") && call != null && call.isContinued()) {
      messages++;
      return "message " + messages;
    }
    return current;
  }

  private void tooLarge() {
    fault(
        new UsageFault(
            UsageFault.Kind.TOO_LARGE,
            "the response must be JSON without excess, was too deep or too long"));
  }

  private void fault(UsageFault fault) {
    if (faults.size() < MOST_FAULTS) {
      faults.add(fault);
    }
  }

  /** Returns the fault without the malformed text, which may be private. */
  private static UsageFault malformed(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    boolean isExcess = e instanceof StreamConstraintsException;
    return new UsageFault(
        isExcess ? UsageFault.Kind.TOO_LARGE : UsageFault.Kind.MALFORMED,
        (isExcess
                ? "the response must be JSON without excess, was too deep or too long"
                : "the response must be JSON, was malformed")
            + (at == null ? "" : " in line " + at.getLineNr() + ", column " + at.getColumnNr()));
  }

  /**
   * Returns what was read, if it has no mistakes.
   *
   * @return the report; empty if nothing says what was used
   * @throws IllegalArgumentException with the first mistake, if there is one
   */
  public Optional<UsageReport> report() {
    Optional<Tally> tally = tally();
    List<UsageFault> wrong = new ArrayList<>(faults);
    tally.ifPresent(it -> wrong.addAll(it.faults()));
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(wrong.get(0).message());
    }
    return tally.map(it -> report(it, UsageReport.builder().build()));
  }

  /**
   * Returns what was read, as far as it is valid, and the rest from an estimate. Never throws.
   *
   * @param estimate replaces what is not known
   * @return the report
   */
  public UsageReport reportOr(UsageReport estimate) {
    try {
      Optional<Tally> tally = tally();
      faults.forEach(it -> log.add(it.kind()));
      tally.ifPresent(it -> it.faults().forEach(fault -> log.add(fault.kind())));
      return tally.map(it -> report(it, estimate)).orElse(estimate);
    } catch (RuntimeException e) {
      log.add(UsageFault.Kind.UNEXPECTED);
      return estimate;
    }
  }

  /**
   * Logs that reading broke off.
   *
   * @param isExpected true if a stream broke off, false for an error of this program
   */
  public void brokeOff(boolean isExpected) {
    log.add(isExpected ? UsageFault.Kind.UNREADABLE : UsageFault.Kind.UNEXPECTED);
  }

  private Optional<Tally> tally() {
    Optional<Tally> sum = Optional.empty();
    for (CallFigures call : calls.values()) {
      Optional<Tally> ofAll = call.ofAllSteps();
      if (ofAll.isPresent()) {
        return ofAll;
      }
      Optional<Tally> tally = call.tally();
      if (sum.isPresent()) {
        tally.ifPresent(sum.get()::add);
      } else {
        sum = tally;
      }
    }
    sum.ifPresent(Tally::check);
    return sum;
  }

  private UsageReport report(Tally tally, UsageReport estimate) {
    UsageReport.Builder report = estimate.toBuilder();
    tally.model().or(() -> model).ifPresent(report::model);
    if (tally.input().isPresent()) {
      report
          .inputTokens(tally.input().getAsLong() - tally.cached() - tally.written())
          .cachedInputTokens(tally.cached())
          .cacheWriteInputTokens(tally.written())
          .cacheWrite1hInputTokens(tally.writtenForHour());
    }
    if (tally.output().isPresent()) {
      long said = tally.output().getAsLong();
      report
          .outputTokens(tally.isOutputLeast() ? Math.max(said, estimate.outputTokens()) : said)
          .reasoningTokens(tally.reasoning());
    }
    tally.amounts().forEach(report::amount);
    return report.build();
  }
}
