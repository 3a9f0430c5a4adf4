package dev.quota.servlet;

import dev.quota.Subject;
import dev.quota.message.QuotaMessages;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Chooses the locale of an answer: one that is spoken, in the region of whoever reads it. What the
 * request asks for comes first, then what the subject reads, then {@code Accept-Language}, and then
 * the default; what is not spoken is passed over.
 */
final class Languages {

  private static final int LONGEST_HEADER = 1_000;

  private final QuotaMessages messages;

  Languages(QuotaMessages messages) {
    this.messages = messages;
  }

  /** Returns the locale of an answer about a subject. */
  Locale of(Subject subject, HttpServletRequest request) {
    return of(Optional.empty(), Optional.of(subject), request);
  }

  /** Returns the locale of an answer about nobody. */
  Locale of(HttpServletRequest request) {
    return of(Optional.empty(), Optional.empty(), request);
  }

  /**
   * Returns the locale of an answer.
   *
   * @param asked what the request asks for
   */
  Locale of(Optional<Locale> asked, Optional<Subject> subject, HttpServletRequest request) {
    List<Locale.LanguageRange> wanted = new ArrayList<>();
    asked.flatMap(Languages::range).ifPresent(wanted::add);
    subject.flatMap(Subject::locale).flatMap(Languages::range).ifPresent(wanted::add);
    wanted.addAll(accepted(request));
    return messages.bestMatchInRegion(wanted);
  }

  private static Optional<Locale.LanguageRange> range(Locale locale) {
    try {
      return locale.getLanguage().isEmpty()
          ? Optional.empty()
          : Optional.of(new Locale.LanguageRange(locale.toLanguageTag()));
    } catch (IllegalArgumentException e) {
      // A variant of the JDK's own, such as that of new Locale("no", "NO", "NY_of_1938").
      return Optional.of(new Locale.LanguageRange(locale.getLanguage()));
    }
  }

  private static List<Locale.LanguageRange> accepted(HttpServletRequest request) {
    String text = String.join(",", Collections.list(request.getHeaders("Accept-Language")));
    if (text.isBlank() || text.length() > LONGEST_HEADER) {
      return List.of();
    }
    try {
      return Locale.LanguageRange.parse(text);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // The parser of the JDK answers a lone hyphen with the second.
      // What a client sends wrong here decides nothing but the language; the default will do.
      return List.of();
    }
  }
}
