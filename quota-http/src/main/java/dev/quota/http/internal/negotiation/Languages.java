package dev.quota.http.internal.negotiation;

import dev.quota.Subject;
import dev.quota.http.internal.field.ListField;
import dev.quota.http.request.RequestView;
import dev.quota.message.QuotaMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Chooses the locale of an answer: an available language, with the region of the reader. The order
 * is: the language in the request, the subject's language, {@code Accept-Language}, the default.
 * Unavailable languages are ignored. Thread-safe.
 */
public final class Languages {

  /** Browsers send up to about ten ranges. */
  private static final int MOST_RANGES = 16;

  /** RFC 5646, section 4.4.1, requires 35. Each subtag multiplies the work of a lookup. */
  private static final int LONGEST_RANGE = 64;

  private static final int MOST_SUBTAGS = 6;

  /** Browsers of one kind and language all send the same. */
  private static final int MOST_REMEMBERED = 1_000;

  private static final int LONGEST_REMEMBERED = 200;

  private final QuotaMessages messages;
  private final Map<List<String>, Locale> byFields = new ConcurrentHashMap<>();

  public Languages(QuotaMessages messages) {
    this.messages = messages;
  }

  /** Returns the locale of an answer about a subject. */
  public Locale of(Subject subject, RequestView request) {
    return of(Optional.empty(), Optional.of(subject), request);
  }

  /** Returns the locale of an answer without a subject. */
  public Locale of(RequestView request) {
    return of(Optional.empty(), Optional.empty(), request);
  }

  /**
   * Returns the locale of an answer.
   *
   * @param asked the language in the request
   */
  public Locale of(Optional<Locale> asked, Optional<Subject> subject, RequestView request) {
    List<String> fields = request.headers("Accept-Language");
    if (asked.isPresent() || subject.flatMap(Subject::locale).isPresent()) {
      return find(asked, subject, fields);
    }
    Locale known = byFields.get(fields);
    if (known != null) {
      return known;
    }
    Locale found = find(asked, subject, fields);
    remember(fields, found);
    return found;
  }

  private void remember(List<String> fields, Locale found) {
    if (byFields.size() < MOST_REMEMBERED
        && fields.stream().mapToInt(String::length).sum() <= LONGEST_REMEMBERED) {
      byFields.put(List.copyOf(fields), found);
    }
  }

  private Locale find(Optional<Locale> asked, Optional<Subject> subject, List<String> fields) {
    List<Locale.LanguageRange> wanted = new ArrayList<>();
    asked.flatMap(Languages::range).ifPresent(wanted::add);
    subject.flatMap(Subject::locale).flatMap(Languages::range).ifPresent(wanted::add);
    wanted.addAll(accepted(fields));
    return messages.bestMatchInRegion(wanted);
  }

  private static Optional<Locale.LanguageRange> range(Locale locale) {
    try {
      return locale.getLanguage().isEmpty()
          ? Optional.empty()
          : Optional.of(new Locale.LanguageRange(locale.toLanguageTag()));
    } catch (IllegalArgumentException e) {
      // The locale has a variant of the JDK that is no language range, such as new Locale("no",
      // "NO", "NY_of_1938").
      return Optional.of(new Locale.LanguageRange(locale.getLanguage()));
    }
  }

  private static List<Locale.LanguageRange> accepted(List<String> fields) {
    List<String> ranges = new ArrayList<>();
    for (String range : ListField.of(fields)) {
      if (ranges.size() < MOST_RANGES && isSmall(range)) {
        ranges.add(range);
      }
    }
    if (ranges.isEmpty()) {
      return List.of();
    }
    try {
      return Locale.LanguageRange.parse(String.join(",", ranges));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // The parser of the JDK throws the second exception for a single hyphen.
      // A malformed header only affects the language, so the default is used.
      return List.of();
    }
  }

  private static boolean isSmall(String range) {
    return range.length() <= LONGEST_RANGE
        && range.chars().filter(character -> character == '-').count() < MOST_SUBTAGS;
  }
}
