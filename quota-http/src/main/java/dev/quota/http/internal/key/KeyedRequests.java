package dev.quota.http.internal.key;

import dev.quota.Idempotency;
import dev.quota.Subject;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.http.request.RequestFacts;
import java.time.Duration;
import java.util.Optional;

/**
 * Admits requests with an {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header): one
 * at a time for each key, and none whose key was used for another request. Thread-safe.
 */
public final class KeyedRequests {

  private final KeyMemory memory = new KeyMemory();
  private final Duration window;

  public KeyedRequests(Duration window) {
    this.window = window;
  }

  /** Admits a request. It must be {@linkplain KeyedRequest#release released}. */
  public KeyedRequest enter(Subject subject, RequestFacts request) {
    if (!request.idempotent()) {
      return KeyedRequest.WITHOUT_KEY;
    }
    if (!IdempotencyKey.isSent(request)) {
      return request.keyRequired()
          ? KeyedRequest.refused(RefusalKind.KEY_MISSING)
          : KeyedRequest.WITHOUT_KEY;
    }
    Optional<String> key = IdempotencyKey.read(request);
    return key.isEmpty() ? KeyedRequest.malformed() : enter(subject, request.route(), key.get());
  }

  private KeyedRequest enter(Subject subject, String route, String key) {
    String person = new Fingerprint().add(subject.kind().text()).add(subject.id()).text();
    String id = new Fingerprint().add(person).add(route).add(key).text();
    return memory
        .enter(person, id)
        .map(attempt -> KeyedRequest.entered(id, once(route, key, attempt.number()), attempt))
        .orElseGet(() -> KeyedRequest.refused(RefusalKind.IN_PROGRESS));
  }

  /** Returns the key under which the charge of a request is made once. */
  private Idempotency once(String route, String key, int attempt) {
    String number = attempt == 1 ? "" : "\n" + attempt;
    return new Idempotency(route + "\n" + key + number, window);
  }
}
