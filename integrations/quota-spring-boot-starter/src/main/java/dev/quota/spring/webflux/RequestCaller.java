package dev.quota.spring.webflux;

import dev.quota.Subject;
import dev.quota.spring.ReactiveCurrentSubject;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Finds the subject of the request of the Reactor context. */
final class RequestCaller implements ReactiveCurrentSubject {

  /** Adds the caller to a context. It is resolved when it is needed. */
  static Context put(Context context, Mono<Subject> caller) {
    return context.put(RequestCaller.class, caller);
  }

  @Override
  public Mono<Subject> find() {
    return Mono.deferContextual(
        context -> context.<Mono<Subject>>getOrEmpty(RequestCaller.class).orElseGet(Mono::empty));
  }
}
