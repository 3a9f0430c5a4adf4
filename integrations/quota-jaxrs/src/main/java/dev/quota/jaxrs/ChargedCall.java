package dev.quota.jaxrs;

import dev.quota.http.Exchange;
import dev.quota.http.ExchangeListener;
import dev.quota.http.Proceed;
import dev.quota.http.QuotaHttp;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.request.RequestEnd;
import dev.quota.store.QuotaStoreException;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.List;
import java.util.Map;

/**
 * One call of a charged method, from its charge to its single end. Safe for use by several threads.
 */
final class ChargedCall implements ExchangeListener {

  /** The request property with the call. */
  static final String PROPERTY = ChargedCall.class.getName();

  private static final System.Logger LOG = System.getLogger(ChargedCall.class.getName());

  private final Exchange exchange;
  private final HeaderFields headers;
  private final List<String> exposed;
  private final RestFacts facts;
  private final QuotaHttp http;

  private boolean hidden;
  private boolean followed;
  private boolean ended;

  ChargedCall(Proceed proceed, RestFacts facts, QuotaHttp http) {
    this.exchange = proceed.exchange();
    this.headers = proceed.headers();
    this.exposed = proceed.exposed();
    this.facts = facts;
    this.http = http;
    exchange.listen(this);
  }

  @Override
  public synchronized void changed(HeaderFields newest) {
    newest.forEach(
        (name, value) -> {
          if (headers.contains(name)) {
            headers.put(name, value);
          }
        });
  }

  @Override
  public synchronized void refunded() {
    hidden = true;
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
    if (hidden || ended) {
      return;
    }
    Map<String, List<String>> others = response.getStringHeaders();
    http.shown(headers, response.getStatus(), facts, others)
        .forEach((name, value) -> response.getHeaders().putSingle(name, value));
    AnswerMaker.expose(exposed, response);
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
