package dev.quota.servlet;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.Subject;
import dev.quota.http.HeaderFields;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.policy.Scope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Lets requests through to charged endpoints, behind our own request and response. */
final class ChargedPass {

  private final ExchangeParts parts;
  private final boolean giveBackFailed;

  ChargedPass(ExchangeParts parts, boolean giveBackFailed) {
    this.parts = parts;
    this.giveBackFailed = giveBackFailed;
  }

  /** Lets a request through that was charged just now. */
  void run(
      List<Charge> costs,
      Decision.Allowed allowed,
      KeyedRequest keyed,
      RequestCharges charges,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    Settlement settlement = charges.settlement(response, giveBackFailed);
    charges.add(costs, allowed, keyed.once().isPresent());
    HeaderFields held = parts.headers().of(charges.merge(allowed.states()));
    conversationOf(allowed, charges).ifPresent(it -> held.put(Conversations.FIELD, it));
    ChargedResponse charged =
        charges
            .behind(response)
            .map(ours -> ours.update(held))
            .orElseGet(() -> wrapped(held, settlement, charges, request, response));
    QuotaExchange exchange =
        new QuotaExchange(parts, allowed, keyed, request, charged, charges, settlement);
    settlement.add(exchange);
    Object outer = request.getAttribute(QuotaExchange.ATTRIBUTE);
    request.setAttribute(QuotaExchange.ATTRIBUTE, exchange);
    try {
      HttpServletRequest sent = begun(keyed, allowed, request, settlement);
      chain.doFilter(
          requestOf(settlement, charged, sent), charged.isBehind(response) ? response : charged);
    } finally {
      if (outer != null) {
        request.setAttribute(QuotaExchange.ATTRIBUTE, outer);
      }
    }
  }

  /** Returns the header that names the conversation of a decision. */
  Optional<String> conversationOf(Decision decision, RequestCharges charges) {
    Subject subject = decision.states().subject();
    if (charges.opening().isPresent()) {
      return parts.conversations().header(charges.opening().get(), subject);
    }
    String id = subject.groups().get(Scope.CONVERSATION);
    return id == null ? Optional.empty() : parts.conversations().header(id, subject);
  }

  /** Returns the request for the endpoint; a body that cannot be read is the client's doing. */
  private static HttpServletRequest begun(
      KeyedRequest keyed,
      Decision.Allowed allowed,
      HttpServletRequest request,
      Settlement settlement)
      throws IOException, ServletException {
    try {
      return keyed.begin(allowed, request);
    } catch (IOException | ServletException | RuntimeException e) {
      settlement.outcome().clientLeftAndSaid();
      throw e;
    }
  }

  private ChargedResponse wrapped(
      HeaderFields held,
      Settlement settlement,
      RequestCharges charges,
      HttpServletRequest request,
      HttpServletResponse response) {
    parts.headers().expose(held, response);
    ChargedResponse charged =
        new ChargedResponse(response, held, settlement, QuotaFilter.isRead(request));
    charges.add(charged);
    return charged;
  }

  private static HttpServletRequest requestOf(
      Settlement settlement, ChargedResponse charged, HttpServletRequest request) {
    return ChargedRequest.isBehind(request, settlement)
        ? request
        : new ChargedRequest(request, charged, settlement);
  }

  /** Lets a request through where nothing is to be charged that was not charged before. */
  void goOn(
      RequestCharges charges,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    // An error page is the container's answer: what it writes is no work of the endpoint.
    Optional<Settlement> open =
        request.getDispatcherType() == DispatcherType.ERROR ? Optional.empty() : charges.open();
    if (open.isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    Settlement settlement = open.get();
    ChargedResponse charged =
        charges
            .behind(response)
            .orElseGet(() -> wrapped(new HeaderFields(), settlement, charges, request, response));
    chain.doFilter(
        requestOf(settlement, charged, request), charged.isBehind(response) ? response : charged);
  }
}
