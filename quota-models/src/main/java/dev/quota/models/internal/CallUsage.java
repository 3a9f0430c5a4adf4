package dev.quota.models.internal;

import dev.quota.usage.UsageReport;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects the usage in the answers of one call. Mistakes are reported when the report is made. Not
 * thread-safe.
 */
public final class CallUsage {

  private static final int MOST_CALLS = 10_000;
  private static final int MOST_FAULTS = 100;
  private static final int MOST_NAMES = 8;

  private final FaultLog log;
  private final AnswerReader reader = new AnswerReader(this::add, this::fault);
  private final List<UsageFault> faults = new ArrayList<>();
  private final Map<String, CallFigures> calls = new LinkedHashMap<>();
  private Optional<String> model = Optional.empty();
  private long costInHeader;
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
    reader.read(text);
  }

  /**
   * Reads a stream to its end and leaves it open.
   *
   * @param stream UTF-8
   * @throws IOException if it cannot be read
   */
  public void read(InputStream stream) throws IOException {
    reader.read(stream);
  }

  /**
   * Reads a header of the response. Headers without a number of tokens or a cost are ignored.
   *
   * @param name in any case
   * @param value its value
   */
  public void header(String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.equals(ReportedCost.HEADER)) {
      costInHeader = ReportedCost.dollars(value.strip());
    } else if (lower.startsWith("x-amzn-bedrock-") && lower.endsWith("-token-count")) {
      Figures figures = new Figures();
      figures.putText(name, value.strip());
      call("message " + messages).add(CallFigures.HEADERS, figures);
    }
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
    if (answer.isWithRequest()) {
      return "part " + parts++;
    }
    if (answer.type().equals("response.done")) {
      return answer.responseId().map(it -> "response " + it).orElseGet(() -> "part " + parts++);
    }
    if (answer.type().equals("conversation.item.input_audio_transcription.completed")) {
      return answer.itemId().map(it -> "item " + it).orElseGet(() -> "part " + parts++);
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
    fault(AnswerReader.tooLarge());
  }

  private void fault(UsageFault fault) {
    if (faults.size() < MOST_FAULTS) {
      faults.add(fault);
    }
  }

  /**
   * Returns what was read, if it has no mistakes.
   *
   * @return the report; empty if nothing says what was used
   * @throws IllegalArgumentException with the first mistake, if there is one
   */
  public Optional<UsageReport> report() {
    List<String> unknown = unknownNames();
    Optional<Tally> tally = tally(unknown.isEmpty());
    List<UsageFault> wrong = new ArrayList<>(faults);
    tally.ifPresent(it -> wrong.addAll(it.faults()));
    if (!unknown.isEmpty()) {
      wrong.add(unknownShape(unknown));
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(wrong.get(0).message());
    }
    return tally.map(it -> TallyReport.of(it, model, UsageReport.builder().build()));
  }

  /**
   * Returns what was read, as far as it is valid, and the rest from an estimate. Never throws.
   *
   * @param estimate replaces what is not known
   * @return the report
   */
  public UsageReport reportOr(UsageReport estimate) {
    try {
      boolean isKnown = unknownNames().isEmpty();
      Optional<Tally> tally = tally(isKnown);
      faults.forEach(it -> log.add(it.kind()));
      if (!isKnown) {
        log.add(UsageFault.Kind.UNKNOWN_SHAPE);
      }
      tally.ifPresent(it -> it.faults().forEach(fault -> log.add(fault.kind())));
      return tally.map(it -> TallyReport.of(it, model, estimate)).orElse(estimate);
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

  private Tally checked(Tally sum, boolean isKnown) {
    if (costInHeader > 0 && !sum.amounts().containsKey(ReportedCost.NAME)) {
      sum.amount(ReportedCost.NAME, costInHeader);
    }
    if (!isKnown) {
      // One of several calls has numbers that cannot be read, so the sum is not all.
      sum.outputIsLeast();
    }
    sum.check();
    return sum;
  }

  /**
   * Returns the names of numbers that no family of providers knows.
   *
   * @return the first names; empty if every number is known
   */
  public List<String> unknownNames() {
    return calls.values().stream()
        .flatMap(it -> it.unknownNames().stream())
        .map(it -> it.matches("[A-Za-z0-9_.-]{1,60}") ? it : "(a name that cannot be shown)")
        .distinct()
        .limit(MOST_NAMES)
        .toList();
  }

  private static UsageFault unknownShape(List<String> names) {
    return new UsageFault(
        UsageFault.Kind.UNKNOWN_SHAPE,
        "usage must have the names of a known provider, was " + String.join(", ", names));
  }

  /**
   * Returns the sum of all calls.
   *
   * @param isKnown whether a family knows the numbers of each call
   */
  private Optional<Tally> tally(boolean isKnown) {
    Optional<Tally> sum = Optional.empty();
    for (CallFigures call : calls.values()) {
      Optional<Tally> ofAll = call.ofAllSteps();
      if (ofAll.isPresent()) {
        return ofAll.map(it -> checked(it, isKnown));
      }
      Optional<Tally> tally = call.tally();
      if (sum.isPresent()) {
        tally.ifPresent(sum.get()::add);
      } else {
        sum = tally;
      }
    }
    return sum.map(it -> checked(it, isKnown));
  }
}
