package dev.quota.jaxrs;

import dev.quota.http.ChargeHeaders;
import dev.quota.http.Exchange;
import dev.quota.http.Proceed;
import dev.quota.http.QuotaHttp;
import dev.quota.http.request.RequestEnd;
import dev.quota.store.QuotaStoreException;
import jakarta.ws.rs.container.ContainerResponseContext;

/**
 * One call of a charged method, from its charge to its single end. Safe for use by several threads.
 */
final class ChargedCall {

  /** The request property with the call. */
  static final String PROPERTY = ChargedCall.class.getName();

  private static final System.Logger LOG = System.getLogger(ChargedCall.class.getName());

  private final Exchange exchange;
  private final ChargeHeaders headers;

  private boolean followed;
  private boolean ended;

  ChargedCall(Proceed proceed, RestFacts facts, QuotaHttp http) {
    exchange = proceed.exchange();
    headers = http.headersOf(proceed, facts);
  }

  /** Notes that something of the server ends the call later. */
  synchronized void follow() {
    followed = true;
  }

  synchronized boolean isFollowed() {
    return followed;
  }

  /** Writes the headers about the charge, when all others are known. */
  synchronized void writeHeaders(ContainerResponseContext response) {
    if (!ended) {
      headers.writeTo(new ResponseHeaders(response), response.getStatus());
    }
  }

  /** Ends a call that failed without a filter, if nothing of the server ends it later. */
  void endUnlessFollowed() {
    if (!isFollowed()) {
      end(RequestEnd.FAILED);
    }
  }

  /** Ends what the call charged and reserved. Only the first call has an effect. */
  void end(RequestEnd how) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    try {
      exchange.end(how);
    } catch (QuotaStoreException e) {
      // The engine logs the outage. A warning for each request would fill the log.
      LOG.log(System.Logger.Level.DEBUG, "A request could not end what it had charged.", e);
    }
  }
}
