package dev.quota.servlet;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Subject;
import dev.quota.http.ErrorFormat;
import dev.quota.http.internal.conversation.Opening;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one request was charged at all the metered endpoints that it reached: by the request itself,
 * and by what is forwarded, included or dispatched within it. Each quota is charged once. Safe for
 * use by several threads.
 */
final class RequestCharges {

  /** Nobody nests that deep on purpose. */
  private static final int DEEPEST_NESTING = 16;

  private final Set<String> charged = new HashSet<>();
  private final List<ChargedResponse> responses = new ArrayList<>();
  private Optional<Settlement> settlement = Optional.empty();
  private Optional<QuotaSnapshot> states = Optional.empty();
  private Optional<Endpoint> decidedLast = Optional.empty();
  private Optional<Opening> opening = Optional.empty();
  private Optional<ErrorFormat> errors = Optional.empty();
  private boolean expectsServlet;
  private boolean keyed;
  private int depth;
  private int depthOfCharge;

  /** Returns the charges of a request so far; each filter keeps its own. */
  static RequestCharges of(HttpServletRequest request, String attribute) {
    if (request.getAttribute(attribute) instanceof RequestCharges charges) {
      return charges;
    }
    RequestCharges charges = new RequestCharges();
    request.setAttribute(attribute, charges);
    return charges;
  }

  /**
   * Enters a dispatch.
   *
   * @throws ServletException if a charged request does not stop to be dispatched within itself
   */
  synchronized void enter(HttpServletRequest request) throws ServletException {
    if (!charged.isEmpty() && depth - depthOfCharge >= DEEPEST_NESTING) {
      throw new ServletException(
          "a charged request was dispatched within itself more than "
              + DEEPEST_NESTING
              + " times, at last to "
              + request.getRequestURI()
              + "; it seems to go in a circle");
    }
    depth++;
    expectsServlet = true;
    decidedLast = Optional.empty();
    if (depth == 1) {
      open().ifPresent(Settlement::enterDispatch);
    }
  }

  /**
   * Enters a servlet by its name.
   *
   * @return whether that is a dispatch of its own, to be left again; else it is the servlet of the
   *     dispatch that was entered last
   */
  synchronized boolean enterByName(HttpServletRequest request) throws ServletException {
    boolean own = !expectsServlet;
    if (own) {
      enter(request);
    }
    expectsServlet = false;
    return own;
  }

  /**
   * Leaves a dispatch. Behind the outermost one, nothing of the application runs in this thread.
   *
   * @param thrown what came out of it
   */
  void leave(HttpServletRequest request, HttpServletResponse response, @Nullable Throwable thrown) {
    List<ChargedResponse> left;
    synchronized (this) {
      depth--;
      depthOfCharge = Math.min(depthOfCharge, depth);
      expectsServlet = false;
      if (depth > 0 || open().isEmpty()) {
        return;
      }
      left = List.copyOf(responses);
    }
    Settlement ending = settlement.orElseThrow();
    ending.threadLeft(request, response, thrown);
    left.forEach(it -> it.endpointLeft(thrown == null, ending.isAsynchronous()));
  }

  /** Returns whether nothing of the application is outside of this dispatch. */
  synchronized boolean isOutermost() {
    return depth == 1;
  }

  /** Returns what is still to be charged at an endpoint that the request reaches. */
  synchronized Endpoint due(Endpoint endpoint) {
    meet(endpoint);
    if (endpoint.isFree() || decidedLast.filter(endpoint::equals).isPresent()) {
      return Endpoint.FREE;
    }
    boolean fresh = endpoint.costs().stream().noneMatch(cost -> charged.contains(cost.quota()));
    if (fresh && !keyed) {
      return endpoint;
    }
    return new Endpoint(
        endpoint.costs().stream().filter(cost -> !charged.contains(cost.quota())).toList(),
        endpoint.idempotent() && !keyed,
        endpoint.keyRequired() && !keyed,
        endpoint.errors());
  }

  /** Notes that the request reaches an endpoint; how the first one refuses, all refuse. */
  synchronized void meet(Endpoint endpoint) {
    if (errors.isEmpty() && !endpoint.isFree()) {
      errors = Optional.of(endpoint.errors());
    }
  }

  /** Returns the shape of refusals at the first metered endpoint: the one that was called. */
  synchronized ErrorFormat errors() {
    return errors.orElse(ErrorFormat.PROBLEM);
  }

  /** Notes that an endpoint was asked for in this dispatch, so that it is not asked for twice. */
  synchronized void deciding(Endpoint endpoint) {
    decidedLast = Optional.of(endpoint);
  }

  /** Returns who was charged before in this request. */
  synchronized Optional<Subject> subject() {
    return states.map(QuotaSnapshot::subject);
  }

  /** Returns the conversation of the request; empty if the application alone knows of one. */
  synchronized Optional<Opening> opening() {
    return opening;
  }

  synchronized void open(Opening conversation) {
    opening = Optional.of(conversation);
  }

  /** Returns the settlement that has not ended, or begins one. */
  synchronized Settlement settlement(HttpServletResponse response, boolean giveBackFailed) {
    if (open().isEmpty()) {
      Settlement begun = new Settlement(response, giveBackFailed);
      begun.work().enter();
      settlement = Optional.of(begun);
      states = Optional.empty();
      responses.clear();
    }
    return settlement.orElseThrow();
  }

  /** Returns the settlement, if it has not ended. */
  synchronized Optional<Settlement> open() {
    return settlement.filter(it -> !it.isOver());
  }

  /** Adds what was charged; what costs nothing was not charged, and can be later. */
  synchronized void add(List<Charge> charges, Decision.Allowed allowed, boolean withKey) {
    // The key of a request is that of the first endpoint that takes it.
    keyed |= withKey;
    Set<String> asked = new HashSet<>();
    boolean any = false;
    for (Charge charge : charges) {
      asked.add(charge.quota());
      if (charge.cost() > 0) {
        any = true;
        charged.add(charge.quota());
      }
    }
    if (any) {
      // One that a quota degraded to is charged as well.
      allowed.states().quotas().stream()
          .map(QuotaState::name)
          .filter(name -> !asked.contains(name))
          .forEach(charged::add);
    }
    depthOfCharge = depthOfCharge == 0 ? depth : Math.min(depth, depthOfCharge);
  }

  /** Returns the latest states of all quotas of this request, after some became later ones. */
  synchronized QuotaSnapshot merge(QuotaSnapshot later) {
    QuotaSnapshot merged = states.map(before -> merged(before, later)).orElse(later);
    states = Optional.of(merged);
    return merged;
  }

  private static QuotaSnapshot merged(QuotaSnapshot before, QuotaSnapshot later) {
    Map<String, QuotaState> byName = new LinkedHashMap<>();
    before.quotas().forEach(state -> byName.put(state.name(), state));
    later.quotas().forEach(state -> byName.put(state.name(), state));
    return new QuotaSnapshot(
        later.now(),
        later.subject(),
        later.plan(),
        later.zone(),
        later.zoneSource(),
        List.copyOf(byName.values()));
  }

  synchronized QuotaSnapshot states() {
    return states.orElseThrow();
  }

  /** Returns our response that everything passes that is written to another. */
  synchronized Optional<ChargedResponse> behind(HttpServletResponse other) {
    return responses.stream().filter(ours -> ours.isBehind(other)).findFirst();
  }

  synchronized void add(ChargedResponse response) {
    responses.add(response);
  }

  /** Takes the headers off that speak of the charges, as far as that is still possible. */
  void hide() {
    List<ChargedResponse> all;
    synchronized (this) {
      all = List.copyOf(responses);
    }
    all.forEach(ChargedResponse::hide);
  }
}
