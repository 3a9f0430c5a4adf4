package dev.quota.servlet;

import dev.quota.Subject;
import dev.quota.message.QuotaMessages;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Chooses the language of an answer. */
final class Languages {

  private static final int LONGEST_HEADER = 1_000;

  private final QuotaMessages messages;

  Languages(QuotaMessages messages) {
    this.messages = messages;
  }

  /** Returns the subject's language, else the best match for the request's, else the default. */
  Locale of(Subject subject, HttpServletRequest request) {
    return subject.locale().map(messages::resolve).orElseGet(() -> of(request));
  }

  /** Returns the best match for the request's {@code Accept-Language}, else the default. */
  Locale of(HttpServletRequest request) {
    return messages.bestMatch(ranges(request.getHeader("Accept-Language")));
  }

  /** Returns the best match for ranges in the form of {@code Accept-Language}. */
  Locale of(String ranges) {
    return messages.bestMatch(ranges(ranges));
  }

  private static List<Locale.LanguageRange> ranges(@Nullable String text) {
    if (text == null || text.isBlank() || text.length() > LONGEST_HEADER) {
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
