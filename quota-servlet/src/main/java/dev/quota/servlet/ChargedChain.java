package dev.quota.servlet;

import dev.quota.http.Exchange;
import dev.quota.http.ExchangeKey;
import dev.quota.http.Proceed;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.internal.header.QuotaHeaders;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Runs charged endpoints with wrapped requests and responses. Thread-safe. */
final class ChargedChain {

  private final AnswerWriter writer;
  private final IntPredicate refunded;

  ChargedChain(AnswerWriter writer, IntPredicate refunded) {
    this.writer = writer;
    this.refunded = refunded;
  }

  /** Runs the endpoint of a request that was charged now. */
  void run(
      Proceed proceed,
      RequestDispatches dispatches,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    Settlement settlement = dispatches.settlement(response, refunded);
    dispatches.charged();
    HeaderFields held = proceed.headers();
    Optional<ChargedResponse> ours = dispatches.behind(response);
    ChargedResponse charged =
        ours.isPresent()
            ? ours.get().update(held)
            : wrapped(held, settlement, dispatches, request, response);
    QuotaExchange exchange =
        new QuotaExchange(proceed.exchange(), writer, request, charged, dispatches);
    settlement.add(exchange);
    Object outer = request.getAttribute(QuotaExchange.ATTRIBUTE);
    request.setAttribute(QuotaExchange.ATTRIBUTE, exchange);
    try {
      HttpServletRequest sent = begun(proceed.exchange(), request, settlement);
      chain.doFilter(
          requestOf(settlement, charged, sent), charged.isBehind(response) ? response : charged);
    } finally {
      if (outer != null) {
        request.setAttribute(QuotaExchange.ATTRIBUTE, outer);
      }
    }
  }

  /**
   * Returns the request for the endpoint. If its body cannot be read, that is a failure of the
   * client.
   */
  private static HttpServletRequest begun(
      Exchange exchange, HttpServletRequest request, Settlement settlement)
      throws IOException, ServletException {
    Optional<ExchangeKey> key = exchange.key();
    if (key.isEmpty() || request instanceof ReplayedRequest) {
      return request;
    }
    try {
      ReplayedRequest replayed = ReplayedRequest.of(request);
      Optional<Answer> unused = key.get().identify(replayed.fingerprint());
      return replayed;
    } catch (IOException | ServletException | RuntimeException e) {
      settlement.outcome().clientLeftAndSaid();
      throw e;
    }
  }

  private ChargedResponse wrapped(
      HeaderFields held,
      Settlement settlement,
      RequestDispatches dispatches,
      HttpServletRequest request,
      HttpServletResponse response) {
    if (ServletFacts.allowsOtherOrigins(response)) {
      new ResponseHeaders(response).expose(QuotaHeaders.exposed(held));
    }
    ChargedResponse charged =
        new ChargedResponse(response, held, settlement, QuotaFilter.isRead(request));
    dispatches.add(charged);
    return charged;
  }

  private static HttpServletRequest requestOf(
      Settlement settlement, ChargedResponse charged, HttpServletRequest request) {
    return ChargedRequest.isBehind(request, settlement)
        ? request
        : new ChargedRequest(request, charged, settlement);
  }

  /** Runs an endpoint where nothing more is charged. */
  void goOn(
      RequestDispatches dispatches,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    // An error page is an answer of the container, and not work of the endpoint.
    Settlement settlement =
        request.getDispatcherType() == DispatcherType.ERROR ? null : dispatches.open();
    if (settlement == null) {
      chain.doFilter(request, response);
      return;
    }
    ChargedResponse charged =
        dispatches
            .behind(response)
            .orElseGet(
                () -> wrapped(new HeaderFields(), settlement, dispatches, request, response));
    chain.doFilter(
        requestOf(settlement, charged, request), charged.isBehind(response) ? response : charged);
  }
}
