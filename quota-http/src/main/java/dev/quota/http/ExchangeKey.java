package dev.quota.http;

import dev.quota.Decision;
import dev.quota.http.answer.Answer;
import dev.quota.http.internal.key.KeyedRequest;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.http.internal.refusal.Refusals;
import dev.quota.http.request.RequestView;
import java.util.Optional;

/** The {@code Idempotency-Key} of one charged request. Thread-safe. */
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
   * Returns the id under which an endpoint stores its answer.
   *
   * @return 43 characters of URL-safe Base64
   */
  public String id() {
    return keyed.id().orElseThrow();
  }

  /**
   * Sets the fingerprint of the request, so that the key cannot be used for another request. An
   * adapter must call this before its endpoint runs.
   *
   * @param fingerprint equal for equal query, media type and body: {@link RequestFingerprint}
   * @return the refusal if the key was used for another request; then the exchange is over
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

  /** Releases the key of a request that cannot be identified. Nothing else ends. */
  public void release() {
    keyed.release();
  }
}
