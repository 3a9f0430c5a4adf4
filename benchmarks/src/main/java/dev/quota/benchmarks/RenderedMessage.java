package dev.quota.benchmarks;

import com.ibm.icu.text.MessageFormat;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.QuotaPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Renders title and detail of a warning, and the same two sentences with icu4j. The formats of
 * icu4j are parsed before the measurement, as those of the catalogue are.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
public class RenderedMessage {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  /** A person with 8 of 50 messages left today, and both ways to say so. */
  @State(Scope.Thread)
  public static class Warned {

    /** The language; Arabic has six plural categories and isolates around every number. */
    @Param({"en", "de", "pl", "ar"})
    public String language = "en";

    private final QuotaMessages messages = QuotaMessages.create();
    private final Map<String, Object> arguments = new HashMap<>();
    private Locale locale = Locale.ENGLISH;
    private QuotaSnapshot snapshot = snapshot();
    private MessageFormat title = new MessageFormat("");
    private MessageFormat detail = new MessageFormat("");

    /** Parses the sentences of icu4j. */
    @Setup
    public void prepare() {
      locale = Locale.forLanguageTag(language);
      snapshot = snapshot();
      String units =
          "plural, zero {# units} one {# unit} two {# units} few {# units} many {# units}"
              + " other {# units}}";
      title = new MessageFormat("{remaining} of {limit, " + units + " left today", locale);
      detail =
          new MessageFormat(
              "Resets at {when, time, short} UTC (in {hours, " + units + ").", locale);
    }

    private static QuotaSnapshot snapshot() {
      QuotaPolicy policy =
          QuotaPolicy.builder("chat").limit("daily", "50 per calendar day").warnAt("80%").build();
      try (Quotas quotas = Quotas.builder().policy(policy).clock(NOON::toEpochMilli).build()) {
        return quotas.charge(Subject.user("somebody"), "chat", 42).states();
      }
    }

    private QuotaState state() {
      return snapshot.binding();
    }

    private String[] formatted() {
      LimitState limit = state().primary();
      Instant reset = limit.resetAt().orElseThrow();
      arguments.put("remaining", limit.remaining().orElseThrow());
      arguments.put("limit", limit.limit().orElseThrow());
      arguments.put("when", reset.toEpochMilli());
      arguments.put("hours", Duration.between(snapshot.now(), reset).toHours());
      return new String[] {title.format(arguments), detail.format(arguments)};
    }
  }

  /**
   * Renders the message of the state, with its template, id and actions.
   *
   * @param warned the state
   * @return the message
   */
  @Benchmark
  public Object quota(Warned warned) {
    return warned.messages.message(warned.snapshot, warned.state(), warned.locale);
  }

  /**
   * Formats two sentences of the same kind.
   *
   * @param warned the state
   * @return the sentences
   */
  @Benchmark
  public Object icu4j(Warned warned) {
    return warned.formatted();
  }
}
