package dev.quota.jaxrs;

import dev.quota.UnknownQuotaException;
import dev.quota.http.Begun;
import dev.quota.http.Endpoint;
import dev.quota.http.Exchange;
import dev.quota.http.ExchangeKey;
import dev.quota.http.Proceed;
import dev.quota.http.Refuse;
import dev.quota.http.RequestFingerprint;
import dev.quota.http.answer.Answer;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;

/** Charges one method before it runs, after all filters of the application. */
final class ChargeFilter implements ContainerRequestFilter {

  private static final System.Logger LOG = System.getLogger(ChargeFilter.class.getName());

  private final Charging charging;
  private final Endpoint endpoint;

  ChargeFilter(Charging charging, Endpoint endpoint) {
    this.charging = charging;
    this.endpoint = endpoint;
  }

  @Override
  public void filter(ContainerRequestContext request) throws IOException {
    request.setProperty(RestServer.PROPERTY, charging.server());
    RestFacts facts = new RestFacts(request, charging.subjects(), endpoint);
    Begun begun = begin(facts);
    if (begun instanceof Refuse refuse) {
      charging.abort(request, refuse.answer());
    } else if (begun instanceof Proceed proceed) {
      proceed(proceed, facts);
    }
  }

  private Begun begin(RestFacts facts) {
    try {
      return charging.http().begin(facts);
    } catch (UnknownQuotaException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "A request cannot be charged, so it is refused (503). {0}",
          e.getMessage());
      return new Refuse(charging.http().misconfigured(facts));
    }
  }

  private void proceed(Proceed proceed, RestFacts facts) throws IOException {
    ContainerRequestContext request = facts.request();
    Optional<Answer> reused = identify(proceed.exchange(), facts);
    if (reused.isPresent()) {
      charging.abort(request, reused.get());
      return;
    }
    ChargedCall call = new ChargedCall(proceed, facts, charging.http());
    QuotaExchange exchange = new QuotaExchange(proceed.exchange(), charging.answers(), request);
    request.setProperty(ChargedCall.PROPERTY, call);
    request.setProperty(QuotaExchange.PROPERTY, exchange);
    charging.server().begin(call, exchange);
  }

  /** Sets the fingerprint of a request with a key. The handler can still read the body. */
  private static Optional<Answer> identify(Exchange exchange, RestFacts facts) throws IOException {
    Optional<ExchangeKey> key = exchange.key();
    if (key.isEmpty()) {
      return Optional.empty();
    }
    ContainerRequestContext request = facts.request();
    try {
      InputStream body = request.getEntityStream();
      byte[] start = body.readNBytes(RequestFingerprint.LONGEST_COMPARED);
      InputStream again = new ByteArrayInputStream(start);
      request.setEntityStream(
          start.length < RequestFingerprint.LONGEST_COMPARED
              ? again
              : new SequenceInputStream(again, body));
      return key.get().identify(RequestFingerprint.of(facts, start));
    } catch (IOException | RuntimeException e) {
      key.get().release();
      throw e;
    }
  }
}
