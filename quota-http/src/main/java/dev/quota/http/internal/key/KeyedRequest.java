package dev.quota.http.internal.key;

import dev.quota.Decision;
import dev.quota.Idempotency;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.http.request.RequestEnd;
import java.util.Optional;

/**
 * One request to an endpoint that may be idempotent: with a key, without one, or refused. The
 * thread of the request and the one that ends it may differ.
 */
public final class KeyedRequest {

  static final KeyedRequest WITHOUT_KEY =
      new KeyedRequest(Optional.empty(), false, Optional.empty());

  /** A request that holds its key. */
  private record Held(String id, Idempotency once, KeyMemory.Attempt attempt) {}

  private final Optional<RefusalKind> refusal;
  private final boolean malformed;
  private final Optional<Held> held;

  private volatile boolean first;

  private KeyedRequest(Optional<RefusalKind> refusal, boolean malformed, Optional<Held> held) {
    this.refusal = refusal;
    this.malformed = malformed;
    this.held = held;
  }

  static KeyedRequest malformed() {
    return new KeyedRequest(Optional.empty(), true, Optional.empty());
  }

  static KeyedRequest refused(RefusalKind kind) {
    return new KeyedRequest(Optional.of(kind), false, Optional.empty());
  }

  static KeyedRequest entered(String id, Idempotency once, KeyMemory.Attempt attempt) {
    return new KeyedRequest(Optional.empty(), false, Optional.of(new Held(id, once, attempt)));
  }

  /** Returns why the request must not run. */
  public Optional<RefusalKind> refusal() {
    return refusal;
  }

  public boolean isMalformed() {
    return malformed;
  }

  /** Returns the id under which answers are stored; empty without a key. */
  public Optional<String> id() {
    return held.map(Held::id);
  }

  /** Returns the key under which the charge is made once. */
  public Optional<Idempotency> once() {
    return held.map(Held::once);
  }

  /** Returns whether a repetition differs from the first request. */
  public boolean isReused(Decision.Allowed allowed, String fingerprint) {
    return held.isPresent() && allowed.isRepetition() && held.get().attempt().differs(fingerprint);
  }

  /** Notes that this is the first request with its key, and its fingerprint. */
  public void begin(String fingerprint) {
    first = true;
    held.ifPresent(it -> it.attempt().begin(fingerprint));
  }

  /** Releases the key. If the work failed, the next request is a new attempt. */
  public void end(RequestEnd how, boolean refunded) {
    if (first && how == RequestEnd.FAILED && !refunded) {
      held.ifPresent(it -> it.attempt().failed());
    }
    release();
  }

  /** Releases the key. */
  public void release() {
    held.ifPresent(it -> it.attempt().leave());
  }
}
