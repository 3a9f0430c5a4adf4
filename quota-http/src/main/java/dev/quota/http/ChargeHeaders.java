package dev.quota.http;

import dev.quota.http.answer.AnswerHeaders;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.internal.cache.SharedCache;
import dev.quota.http.internal.header.QuotaHeaders;
import dev.quota.http.request.RequestEnd;
import dev.quota.http.request.RequestView;
import java.util.List;
import java.util.Map;

/**
 * The headers about a charge, until the answer is sent. They follow the exchange: they are of its
 * newest states, and there are none after a refund. Thread-safe.
 */
public final class ChargeHeaders {

  private final QuotaHttp http;
  private final RequestView request;
  private final List<String> exposed;

  /** Guarded by this. */
  private final HeaderFields headers;

  /** Guarded by this. */
  private boolean refunded;

  private ChargeHeaders(QuotaHttp http, Proceed proceed, RequestView request) {
    this.http = http;
    this.request = request;
    headers = proceed.headers();
    exposed = QuotaHeaders.exposed(headers);
  }

  static ChargeHeaders following(QuotaHttp http, Proceed proceed, RequestView request) {
    ChargeHeaders made = new ChargeHeaders(http, proceed, request);
    proceed.exchange().listen(made.new Follower());
    return made;
  }

  private final class Follower implements ExchangeListener {
    @Override
    public void changed(HeaderFields newest) {
      update(newest);
    }

    @Override
    public void refunded() {
      remove();
    }
  }

  private synchronized void update(HeaderFields newest) {
    newest.forEach(
        (name, value) -> {
          if (headers.contains(name)) {
            headers.put(name, value);
          }
        });
  }

  private synchronized void remove() {
    refunded = true;
  }

  /**
   * Writes the headers, when all others are known and before the first byte is sent. There are none
   * if the charge was refunded, if the status refunds, redirects or says that nothing was
   * delivered, and if a shared cache may store the answer. A header that the endpoint wrote itself
   * is kept.
   *
   * @param answer the headers of the answer
   * @param status the status of the answer
   */
  public synchronized void writeTo(AnswerHeaders answer, int status) {
    if (refunded) {
      return;
    }
    Map<String, List<String>> others = answer.copy();
    if (!isUndelivered(status)
        && !SharedCache.mayStore(
            others.keySet(), name -> others.getOrDefault(name, List.of()), request.isRead())) {
      headers.forEach(
          (name, value) -> {
            if (!others.containsKey(name)) {
              answer.set(name, value);
            }
          });
    }
    answer.expose(exposed);
  }

  private boolean isUndelivered(int status) {
    return status / 100 == 3 || status >= 500 || http.endOf(status) == RequestEnd.FAILED;
  }
}
