package dev.quota.servlet;

import dev.quota.http.Endpoint;
import dev.quota.http.ExchangeListener;
import dev.quota.http.RequestCharges;
import dev.quota.http.answer.HeaderFields;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The dispatches of one request (the request itself, forwards, includes and asynchronous
 * dispatches), with their charges at all endpoints that they reach. It updates the responses when a
 * charge changes. Thread-safe.
 */
final class RequestDispatches implements ExchangeListener {

  private static final System.Logger LOG = System.getLogger(RequestDispatches.class.getName());

  /** Deeper nesting is a loop of the application. */
  private static final int DEEPEST_NESTING = 16;

  private final RequestCharges charges = new RequestCharges();

  /** The first response. Each knows the next one, because a list would be garbage. */
  private @Nullable ChargedResponse first;

  private @Nullable Settlement settlement;
  private @Nullable Endpoint decidedLast;
  private boolean expectsServlet;
  private int depth;
  private int depthOfCharge;

  /** Returns the dispatches of a request. Each filter has its own. */
  static RequestDispatches of(HttpServletRequest request, String attribute) {
    if (request.getAttribute(attribute) instanceof RequestDispatches charges) {
      return charges;
    }
    RequestDispatches charges = new RequestDispatches();
    request.setAttribute(attribute, charges);
    return charges;
  }

  /**
   * Enters a dispatch.
   *
   * @throws ServletException if a charged request is dispatched within itself too often
   */
  synchronized void enter(HttpServletRequest request) throws ServletException {
    if (!charges.isEmpty() && depth - depthOfCharge >= DEEPEST_NESTING) {
      throw new ServletException(
          "a charged request was dispatched within itself more than "
              + DEEPEST_NESTING
              + " times, at last to "
              + request.getRequestURI()
              + "; it seems to go in a circle");
    }
    depth++;
    expectsServlet = true;
    decidedLast = null;
    if (depth == 1) {
      Settlement goesOn = open();
      if (goesOn != null) {
        goesOn.enterDispatch();
      }
    }
  }

  /**
   * Enters a servlet by its name.
   *
   * @return true if that is a new dispatch, which must be left; false if it is the servlet of the
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
   * Leaves a dispatch. After the outermost one, no code of the application runs in this thread.
   *
   * @param thrown its exception
   */
  void leave(HttpServletRequest request, HttpServletResponse response, @Nullable Throwable thrown) {
    Settlement ending;
    ChargedResponse left;
    synchronized (this) {
      depth--;
      depthOfCharge = Math.min(depthOfCharge, depth);
      expectsServlet = false;
      ending = open();
      if (depth > 0 || ending == null) {
        return;
      }
      left = first;
    }
    ending.threadLeft(request, response, thrown);
    for (; left != null; left = left.next()) {
      left.endpointLeft(thrown == null, ending.isAsynchronous());
    }
  }

  /** Returns whether this is the outermost dispatch. */
  synchronized boolean isOutermost() {
    return depth == 1;
  }

  /** Returns what the request was charged so far. */
  RequestCharges charges() {
    return charges;
  }

  /** Returns the endpoint without the quotas that the request was charged already. */
  synchronized Endpoint due(Endpoint endpoint) {
    meet(endpoint);
    if (endpoint.isFree() || endpoint.equals(decidedLast)) {
      return Endpoint.FREE;
    }
    boolean keyed = charges.isKeyed();
    if (!keyed && charges.isEmpty()) {
      return endpoint;
    }
    return new Endpoint(
        endpoint.costs().stream().filter(cost -> !charges.isCharged(cost.quota())).toList(),
        endpoint.idempotent() && !keyed,
        endpoint.keyRequired() && !keyed,
        endpoint.errors());
  }

  /** Notes that the request reaches an endpoint. The first one sets the format of all refusals. */
  void meet(Endpoint endpoint) {
    if (!endpoint.isFree()) {
      charges.meet(endpoint.errors());
    }
  }

  /** Notes that an endpoint is decided in this dispatch, so that it is not decided twice. */
  synchronized void deciding(Endpoint endpoint) {
    decidedLast = endpoint;
  }

  /**
   * Returns the settlement that has not ended, or begins one.
   *
   * @param refunded true for statuses that refund a charge
   */
  synchronized Settlement settlement(HttpServletResponse response, IntPredicate refunded) {
    Settlement current = open();
    if (current == null) {
      current = new Settlement(response, refunded);
      current.work().enter();
      settlement = current;
      first = null;
    }
    return current;
  }

  /** Returns the settlement; null if there is none, or if it has ended. */
  synchronized @Nullable Settlement open() {
    return settlement == null || settlement.isOver() ? null : settlement;
  }

  /** Notes that the dispatch that was entered last was charged. */
  synchronized void charged() {
    depthOfCharge = depthOfCharge == 0 ? depth : Math.min(depth, depthOfCharge);
  }

  /** Returns the charged response that another response wraps. */
  synchronized Optional<ChargedResponse> behind(HttpServletResponse other) {
    ChargedResponse each = first;
    while (each != null && !each.isBehind(other)) {
      each = each.next();
    }
    return Optional.ofNullable(each);
  }

  synchronized void add(ChargedResponse response) {
    if (first == null) {
      first = response;
    } else {
      first.append(response);
    }
  }

  @Override
  public void used() {
    Settlement begun = begun();
    if (begun != null) {
      begun.work().touch();
    }
  }

  @Override
  public void changed(HeaderFields newest) {
    Settlement begun = begun();
    if (begun != null && !begun.outcome().hasFailed()) {
      for (ChargedResponse each = first(); each != null; each = each.next()) {
        each.update(newest);
      }
    }
  }

  /** Removes the headers about the charges, if that is still possible. */
  @Override
  public void refunded() {
    try {
      for (ChargedResponse each = first(); each != null; each = each.next()) {
        each.hide();
      }
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "The container has taken its response back already.", e);
    }
  }

  private synchronized @Nullable Settlement begun() {
    return settlement;
  }

  private synchronized @Nullable ChargedResponse first() {
    return first;
  }
}
