package dev.quota.spring.method;

import dev.quota.Quotas;
import dev.quota.Receipt;
import dev.quota.Subject;
import dev.quota.spring.CurrentSubject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.springframework.beans.factory.BeanFactory;

/**
 * The parts that the charge of a method needs.
 *
 * @param quotas the engine
 * @param methods the methods that are charged
 * @param callers find the caller
 * @param beans find the caller in a Reactor context
 * @param refundFailed whether a call that fails is refunded
 */
record MethodCharging(
    Quotas quotas,
    MeteredMethods methods,
    List<CurrentSubject> callers,
    BeanFactory beans,
    boolean refundFailed) {

  /** Finds the caller, in the thread of the call. */
  Optional<Subject> find() {
    return callers.stream().flatMap(it -> it.find().stream()).findFirst();
  }

  /**
   * Returns the caller.
   *
   * @throws IllegalStateException if it is not found
   */
  Subject caller(String where) {
    return find().orElseThrow(() -> nobody(where));
  }

  static IllegalStateException nobody(String where) {
    return new IllegalStateException(
        where
            + " carries @Quota, but nothing here says who calls it, so it did not run. Nobody is"
            + " signed in with Spring Security in this thread, and it serves no request: add a"
            + " CurrentSubject bean, or set subjectExpression.");
  }

  /** Ends a charge without waiting. */
  CompletionStage<Void> end(Receipt receipt, boolean failed) {
    CompletionStage<Boolean> refunded =
        failed && refundFailed
            ? quotas.async().refund(receipt)
            : CompletableFuture.completedFuture(false);
    return refunded.thenCompose(it -> quotas.async().finish(receipt));
  }
}
