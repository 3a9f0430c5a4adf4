package dev.quota.spring.webflux;

import dev.quota.Subject;
import dev.quota.spring.ReactiveCurrentSubject;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Says whom the request counts that the Reactor context belongs to. */
final class RequestCaller implements ReactiveCurrentSubject {

  /** Puts into a context who calls; it is resolved when it is asked for. */
  static Context put(Context context, Mono<Subject> caller) {
    return context.put(RequestCaller.class, caller);
  }

  @Override
  public Mono<Subject> find() {
    return Mono.deferContextual(
        context -> context.<Mono<Subject>>getOrEmpty(RequestCaller.class).orElseGet(Mono::empty));
  }
}
