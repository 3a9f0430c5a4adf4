package dev.quota.servlet;

import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Subject;
import jakarta.servlet.ServletRequest;
import java.util.Optional;

/**
 * What an endpoint can ask and say about the charge that let it run. Safe for use by several
 * threads.
 */
public final class QuotaExchange {

  static final String ATTRIBUTE = QuotaExchange.class.getName();

  private final Quotas quotas;
  private final Decision.Allowed allowed;
  private final Runnable hideHeaders;

  QuotaExchange(Quotas quotas, Decision.Allowed allowed, Runnable hideHeaders) {
    this.quotas = quotas;
    this.allowed = allowed;
    this.hideHeaders = hideHeaders;
  }

  /**
   * Returns the exchange of a charged request.
   *
   * @param request a request behind the filter
   * @return the exchange
   * @throws IllegalStateException if the request was not charged: the filter is not installed, or
   *     the endpoint has no quota
   */
  public static QuotaExchange of(ServletRequest request) {
    return find(request)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this request was not charged; is the filter installed, and does the endpoint"
                        + " have a @Quota?"));
  }

  /**
   * Returns the exchange of a request, if it was charged.
   *
   * @param request any request
   * @return the exchange, or empty
   */
  public static Optional<QuotaExchange> find(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof QuotaExchange exchange
        ? Optional.of(exchange)
        : Optional.empty();
  }

  /**
   * Returns who was charged.
   *
   * @return the subject
   */
  public Subject subject() {
    return allowed.states().subject();
  }

  /**
   * Returns the states of the charged quotas, after the charge.
   *
   * @return the states
   */
  public QuotaSnapshot states() {
    return allowed.states();
  }

  /**
   * Returns whether the endpoint must run in its reduced form, because a quota was short and its
   * policy degrades.
   *
   * @return true if degraded
   */
  public boolean isDegraded() {
    return allowed.isDegraded();
  }

  /**
   * Gives the charge back, for work that turned out not to be needed or possible. Only the first
   * call has an effect. If the response is not committed, it loses the headers that speak of the
   * charge.
   *
   * @return true if this call gave something back
   * @throws dev.quota.spi.QuotaStoreException if the store cannot answer
   */
  public boolean giveBack() {
    boolean givenBack = quotas.giveBack(allowed.receipt());
    if (givenBack) {
      hideHeaders.run();
    }
    return givenBack;
  }
}
