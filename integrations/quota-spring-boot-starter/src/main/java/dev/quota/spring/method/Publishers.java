package dev.quota.spring.method;

import dev.quota.Decision;
import dev.quota.QuotaRefusedException;
import dev.quota.Receipt;
import dev.quota.Subject;
import dev.quota.spring.ReactiveCurrentSubject;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.reactivestreams.Publisher;
import org.springframework.aop.ProxyMethodInvocation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Charges each subscription to what a method returns, without waiting. The charge ends with the
 * publisher. A publisher that fails is refunded, and one that is cancelled is not. Needs Reactor.
 */
final class Publishers {

  private Publishers() {}

  static boolean isReactive(Class<?> returned) {
    return returned == Mono.class || returned == Flux.class || returned == Publisher.class;
  }

  static boolean isPublisher(Class<?> parameter) {
    return Publisher.class.isAssignableFrom(parameter);
  }

  static Object charged(
      MethodInvocation invocation,
      MeteredMethod method,
      DeferredCharges.Due due,
      MethodCharging parts) {
    Optional<Subject> caller = due.subject().isPresent() ? due.subject() : parts.find();
    Mono<Subject> subject =
        caller.map(Mono::just).orElseGet(() -> fromContext(parts, method.where()));
    Mono<Receipt> charge =
        subject.flatMap(
            it -> receipt(() -> parts.quotas().async().charge(it, due.charges()), method, parts));
    return invocation.getMethod().getReturnType() == Mono.class
        ? Mono.usingWhen(
            charge,
            receipt -> Mono.from(proceed(invocation)),
            receipt -> end(receipt, false, parts),
            (receipt, failure) -> end(receipt, true, parts),
            receipt -> end(receipt, false, parts))
        : Flux.usingWhen(
            charge,
            receipt -> Flux.from(proceed(invocation)),
            receipt -> end(receipt, false, parts),
            (receipt, failure) -> end(receipt, true, parts),
            receipt -> end(receipt, false, parts));
  }

  private static Mono<Subject> fromContext(MethodCharging parts, String where) {
    return Flux.fromStream(
            () -> parts.beans().getBeanProvider(ReactiveCurrentSubject.class).orderedStream())
        .concatMap(ReactiveCurrentSubject::find)
        .next()
        .switchIfEmpty(Mono.error(() -> MethodCharging.nobody(where)));
  }

  /** Charges. If the subscriber has left in the meantime, the charge is refunded at once. */
  private static Mono<Receipt> receipt(
      Supplier<CompletionStage<Decision>> charge, MeteredMethod method, MethodCharging parts) {
    return Mono.create(
        sink -> {
          AtomicBoolean cancelled = new AtomicBoolean();
          sink.onCancel(() -> cancelled.set(true));
          CompletableFuture<Decision> decided =
              ReactorCalls.call(sink.contextView(), charge).toCompletableFuture();
          // The method must not run on the thread that brings the store's answer.
          Executor executor =
              decided.isDone() ? Runnable::run : task -> Schedulers.parallel().schedule(task);
          var unused =
              decided.whenCompleteAsync(
                  (decision, failure) -> {
                    if (failure != null) {
                      sink.error(failure);
                    } else if (!(decision instanceof Decision.Allowed allowed)) {
                      sink.error(new QuotaRefusedException(method.where(), decision));
                    } else if (cancelled.get()) {
                      var unusedEnd = parts.end(allowed.receipt(), true);
                    } else {
                      sink.success(allowed.receipt());
                    }
                  },
                  executor);
        });
  }

  private static Mono<Void> end(Receipt receipt, boolean failed, MethodCharging parts) {
    return Mono.defer(() -> ReactorCalls.resumed(parts.end(receipt, failed).toCompletableFuture()));
  }

  /** Calls the method again for each subscription. */
  private static Publisher<?> proceed(MethodInvocation invocation) {
    try {
      MethodInvocation call =
          invocation instanceof ProxyMethodInvocation proxied
              ? proxied.invocableClone()
              : invocation;
      return (Publisher<?>) call.proceed();
    } catch (Throwable e) {
      return Mono.error(e);
    }
  }
}
