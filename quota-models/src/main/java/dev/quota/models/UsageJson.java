package dev.quota.models;

import dev.quota.models.internal.CallUsage;
import dev.quota.usage.UsageReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a call used from what a model's provider answers: a whole response, the {@code usage}
 * of one alone, a stream of events, or its events one by one.
 *
 * <pre>{@code
 * UsageReport used = UsageJson.readOr(responseBody, estimate);
 *
 * UsageJson usage = new UsageJson();
 * for (String data : events) {
 *   usage.add(data);
 * }
 * UsageReport used = usage.reportOr(estimate);
 * }</pre>
 *
 * <p>Many families of providers are understood, told apart by the names in the answer. Each has its
 * rules for what is a part of what, and the sums that must hold decide where documents do not; the
 * page about models has the table. What a number means is the same in every {@link UsageReport}.
 *
 * <p>There are two ways to read. {@link #readOr} and {@link #reportOr} are for endpoints: they
 * never throw because of an answer, since the provider is to be paid and the answer delivered. What
 * is sound in the answer counts, and the estimate counts for the rest: for everything if the answer
 * does not say what was used, for a number that cannot be, for the model and for the application's
 * own numbers. A part that is more than its whole is left out. {@link #read} and {@link #report}
 * refuse an answer with anything wrong in it.
 *
 * <p>{@code usage} and its kin are looked for only where providers put them, never in what a model
 * wrote. An answer may have 64 MiB and be 1,000 levels deep. Numbers are whole and from 0 to 2^53 -
 * 1; {@code 12.0} and {@code "12"} are 12, null says nothing, and what is not known is passed over.
 * Beside tokens, formulas that declare them with {@code usage-names} can use {@code audio_seconds},
 * {@code audio_input_tokens}, {@code audio_output_tokens}, {@code image_input_tokens}, {@code
 * image_output_tokens}, {@code web_search_requests}, {@code search_queries} and {@code
 * search_units} of providers that say them.
 *
 * <p>Not thread-safe: for one call each.
 */
public final class UsageJson {

  private final CallUsage usage = new CallUsage();

  /** Starts without anything read. */
  public UsageJson() {}

  /**
   * Reads a whole response, its usage alone, or a whole stream.
   *
   * @param text JSON, lines of JSON, or server-sent events
   * @return what the call used; empty if the text does not say
   * @throws IllegalArgumentException if it is neither, or its numbers cannot be right
   */
  public static Optional<UsageReport> read(String text) {
    UsageJson usage = new UsageJson();
    usage.add(text);
    return usage.report();
  }

  /**
   * Reads a whole response, its usage alone, or a whole stream.
   *
   * @param text JSON, lines of JSON, or server-sent events in UTF-8; read to its end and left open
   * @return what the call used; empty if the text does not say
   * @throws IllegalArgumentException if it is neither, or its numbers cannot be right
   * @throws UncheckedIOException if the stream cannot be read
   */
  public static Optional<UsageReport> read(InputStream text) {
    UsageJson usage = new UsageJson();
    try {
      usage.usage.read(text);
    } catch (IOException e) {
      throw new UncheckedIOException("the response cannot be read", e);
    }
    return usage.report();
  }

  /**
   * Reads a whole response, its usage alone, or a whole stream. Whatever it is, this does not throw
   * because of it. What is wrong is logged, each kind of fault once and nothing of the text.
   *
   * @param text what the provider answered; null says nothing
   * @param estimate what counts for what the text does not say soundly
   * @return what the call used
   */
  public static UsageReport readOr(@Nullable String text, UsageReport estimate) {
    UsageJson usage = new UsageJson();
    usage.add(text);
    return usage.reportOr(estimate);
  }

  /**
   * Reads a whole response, its usage alone, or a whole stream. Whatever it is, and if it breaks
   * off, this does not throw because of it. What is wrong is logged, each kind of fault once and
   * nothing of the text.
   *
   * @param text what the provider answered, in UTF-8; read to its end and left open; null says
   *     nothing
   * @param estimate what counts for what the text does not say soundly
   * @return what the call used
   */
  public static UsageReport readOr(@Nullable InputStream text, UsageReport estimate) {
    UsageJson usage = new UsageJson();
    if (text != null) {
      try {
        usage.usage.read(text);
      } catch (IOException e) {
        usage.usage.brokeOff(true);
      } catch (RuntimeException e) {
        usage.usage.brokeOff(false);
      }
    }
    return usage.reportOr(estimate);
  }

  /**
   * Reads a document, the data of one event of a stream, or several events. Does not throw: what is
   * wrong is told by {@link #report}.
   *
   * @param text JSON, lines of JSON, or server-sent events; null, {@code [DONE]} and an empty text
   *     say nothing
   */
  public void add(@Nullable String text) {
    try {
      usage.read(text);
    } catch (RuntimeException e) {
      usage.brokeOff(false);
    }
  }

  /**
   * Returns what was read so far.
   *
   * @return what the call used; empty if nothing said so
   * @throws IllegalArgumentException if something that was read is no JSON, or a number cannot be
   *     right, or numbers contradict each other
   */
  public Optional<UsageReport> report() {
    return usage.report();
  }

  /**
   * Returns what was read so far, as far as it is sound, and the rest from an estimate. Whatever
   * was read, this does not throw because of it.
   *
   * <p>Where a stream ended before it said what its output is, the output is the estimate's.
   *
   * @param estimate what counts for what was not said soundly
   * @return what the call used
   */
  public UsageReport reportOr(UsageReport estimate) {
    return usage.reportOr(Objects.requireNonNull(estimate, "estimate must not be null"));
  }
}
