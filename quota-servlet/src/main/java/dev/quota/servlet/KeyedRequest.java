package dev.quota.servlet;

import dev.quota.Decision;
import dev.quota.Idempotency;
import dev.quota.http.RequestEnd;
import dev.quota.http.internal.key.KeyMemory;
import dev.quota.http.internal.refusal.RefusalKind;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;

/**
 * One request to an endpoint that may be idempotent: with a key, without one, or refused. Used by
 * the thread of the request, and by the one that ends it.
 */
final class KeyedRequest {

  static final KeyedRequest WITHOUT_KEY =
      new KeyedRequest(Optional.empty(), false, Optional.empty());

  /** A request that holds its key. */
  private record Held(String id, Idempotency once, KeyMemory.Attempt attempt) {}

  private final Optional<RefusalKind> refusal;
  private final boolean malformed;
  private final Optional<Held> held;

  private volatile Optional<ReplayedRequest> read = Optional.empty();
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
  Optional<RefusalKind> refusal() {
    return refusal;
  }

  boolean isMalformed() {
    return malformed;
  }

  /** Returns what stands for the key where answers are stored; empty without a key. */
  Optional<String> id() {
    return held.map(Held::id);
  }

  /** Returns what makes the charge one that is made once. */
  Optional<Idempotency> once() {
    return held.map(Held::once);
  }

  /** Returns whether a repetition asks for another thing than the first request did. */
  boolean isReused(Decision.Allowed allowed, HttpServletRequest request)
      throws IOException, ServletException {
    if (held.isEmpty() || !allowed.isRepetition()) {
      return false;
    }
    ReplayedRequest replayed = ReplayedRequest.of(request);
    read = Optional.of(replayed);
    return held.get().attempt().differs(replayed.fingerprint());
  }

  /** Returns the request for the endpoint, whose body can be read although we did. */
  HttpServletRequest begin(Decision.Allowed allowed, HttpServletRequest request)
      throws IOException, ServletException {
    if (held.isEmpty() || read.isPresent()) {
      return read.isPresent() ? read.get() : request;
    }
    ReplayedRequest replayed = ReplayedRequest.of(request);
    first = true;
    held.get().attempt().begin(replayed.fingerprint());
    return replayed;
  }

  /** Lets the key go, and makes the next request a new attempt where the work failed. */
  void end(RequestEnd how, boolean givenBack) {
    if (first && how == RequestEnd.FAILED && !givenBack) {
      held.ifPresent(it -> it.attempt().failed());
    }
    release();
  }

  /** Lets the key go. */
  void release() {
    held.ifPresent(it -> it.attempt().leave());
  }
}
