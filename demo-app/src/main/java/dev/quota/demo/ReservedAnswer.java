package dev.quota.demo;

import dev.quota.Reservation;
import dev.quota.servlet.QuotaExchange;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * An answer whose highest cost is reserved, before its first word.
 *
 * @param tokens the reservation, settled when the answer ends
 * @param language a tag of {@link PageLanguage}
 */
record ReservedAnswer(QuotaExchange exchange, Reservation tokens, String language) {

  /** The quota of all answers that are charged by tokens. */
  static final String QUOTA = "tokens";

  /** Reserves, and sets the headers of the answer. If it is refused, the refusal is the answer. */
  static Optional<ReservedAnswer> reserve(
      long estimate, HttpServletRequest request, HttpServletResponse response) throws IOException {
    QuotaExchange exchange = QuotaExchange.of(request);
    Reservation tokens = exchange.reserve(QUOTA, estimate);
    if (!tokens.isAllowed()) {
      exchange.refuse(tokens);
      return Optional.empty();
    }
    String language = PageLanguage.of(request);
    response.setHeader("Content-Language", language);
    if (tokens.isDegraded()) {
      response.setHeader(ChatServlet.MODEL_HEADER, "smaller");
    }
    return Optional.of(new ReservedAnswer(exchange, tokens, language));
  }
}
