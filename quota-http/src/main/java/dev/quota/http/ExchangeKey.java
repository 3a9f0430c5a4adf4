package dev.quota.http;

import dev.quota.Decision;
import dev.quota.http.answer.Answer;
import dev.quota.http.internal.key.KeyedRequest;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.http.internal.refusal.Refusals;
import dev.quota.http.request.RequestView;
import java.util.Optional;

/** The {@code Idempotency-Key} of one charged request. Safe for use by several threads. */
public final class ExchangeKey {

  private final KeyedRequest keyed;
  private final Decision.Allowed allowed;
  private final Refusals refusals;
  private final RequestView request;

  ExchangeKey(
      KeyedRequest keyed, Decision.Allowed allowed, Refusals refusals, RequestView request) {
    this.keyed = keyed;
    this.allowed = allowed;
    this.refusals = refusals;
    this.request = request;
  }

  /**
   * Returns what an endpoint stores its answer by.
   *
   * @return 43 characters of URL-safe Base64
   */
  public String id() {
    return keyed.id().orElseThrow();
  }

  /**
   * Says what the request asks for, so that the same key is not used for something else. An adapter
   * has to say it before its endpoint runs.
   *
   * @param fingerprint the same for the same query, media type and body
   * @return the refusal of a key that was used for another request; the exchange is over then
   */
  public Optional<Answer> identify(String fingerprint) {
    if (keyed.isReused(allowed, fingerprint)) {
      keyed.release();
      return Optional.of(
          refusals.keyed(RefusalKind.KEY_REUSED, allowed.states().subject(), request));
    }
    if (!allowed.isRepetition()) {
      keyed.begin(fingerprint);
    }
    return Optional.empty();
  }

  /** Lets the key of a request go that cannot be identified; nothing else ends. */
  public void release() {
    keyed.release();
  }
}
