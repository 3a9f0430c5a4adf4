package dev.quota.spring.method;

import dev.quota.Decision;
import dev.quota.QuotaRefusedException;
import dev.quota.Receipt;
import dev.quota.Subject;
import dev.quota.store.QuotaStoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/**
 * Charges a call before it runs, and ends the charge with the call. A call that returns a stage or
 * a publisher ends when that completes. A call that fails is refunded. Thread-safe.
 */
final class QuotaMethodInterceptor implements MethodInterceptor {

  private static final System.Logger LOG = System.getLogger(QuotaMethodInterceptor.class.getName());

  private final Supplier<MethodCharging> charging;

  /**
   * Creates an interceptor.
   *
   * @param charging called at the first call, because proxies are created before the engine
   */
  QuotaMethodInterceptor(Supplier<MethodCharging> charging) {
    this.charging = charging;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    if (target == null) {
      return invocation.proceed();
    }
    MethodCharging parts = charging.get();
    MeteredMethod method =
        parts.methods().of(invocation.getMethod(), AopUtils.getTargetClass(target));
    DeferredCharges.Due due =
        method
            .charges()
            .of(target, invocation.getArguments(), NoRequest.INSTANCE, parts.quotas().policies());
    Class<?> returned = invocation.getMethod().getReturnType();
    if (ReactiveMethods.isReactive(returned)) {
      return ReactiveMethods.charged(invocation, method, due, parts);
    }
    Subject subject = due.subject().orElseGet(() -> parts.caller(method.where()));
    Decision decision = parts.quotas().charge(subject, due.charges());
    if (decision instanceof Decision.Allowed allowed) {
      return run(invocation, allowed.receipt(), parts);
    }
    QuotaRefusedException refused = new QuotaRefusedException(method.where(), decision);
    if (returned.isAssignableFrom(CompletableFuture.class)
        && CompletionStage.class.isAssignableFrom(returned)) {
      return CompletableFuture.failedFuture(refused);
    }
    throw refused;
  }

  private static @Nullable Object run(
      MethodInvocation invocation, Receipt receipt, MethodCharging parts) throws Throwable {
    Object result;
    try {
      result = invocation.proceed();
    } catch (Throwable e) {
      end(receipt, true, parts);
      throw e;
    }
    if (result instanceof CompletionStage<?> stage) {
      // The caller's stage completes after the charge has ended.
      return followed(stage, receipt, parts);
    }
    end(receipt, false, parts);
    return result;
  }

  private static <T> CompletableFuture<T> followed(
      CompletionStage<T> stage, Receipt receipt, MethodCharging parts) {
    CompletableFuture<T> result = new CompletableFuture<>();
    var unused =
        stage.whenComplete(
            (value, thrown) -> {
              CompletionStage<Void> ended = parts.end(receipt, thrown != null);
              var unusedEnd =
                  ended.whenCompleteAsync(
                      (over, failure) -> complete(result, value, thrown, failure),
                      executorAfter(ended, result));
            });
    cancelWith(result, stage);
    return result;
  }

  /** Code of the caller must not run on the thread that brings the store's answer. */
  private static Executor executorAfter(CompletionStage<Void> ended, CompletableFuture<?> result) {
    return ended.toCompletableFuture().isDone() ? Runnable::run : result.defaultExecutor();
  }

  private static void cancelWith(CompletableFuture<?> result, CompletionStage<?> stage) {
    var unused =
        result.whenComplete(
            (value, thrown) -> {
              if (result.isCancelled()) {
                boolean unusedAnswer = stage.toCompletableFuture().cancel(true);
              }
            });
  }

  private static <T> void complete(
      CompletableFuture<T> result,
      T value,
      @Nullable Throwable thrown,
      @Nullable Throwable failure) {
    if (failure != null) {
      LOG.log(System.Logger.Level.DEBUG, "A charge could not end.", failure);
    }
    boolean unused = thrown == null ? result.complete(value) : result.completeExceptionally(thrown);
  }

  private static void end(Receipt receipt, boolean failed, MethodCharging parts) {
    try {
      if (failed && parts.refundFailed()) {
        boolean unused = parts.quotas().refund(receipt);
      }
      parts.quotas().finish(receipt);
    } catch (QuotaStoreException e) {
      // The engine logs the outage. A warning for each call would fill the log.
      LOG.log(System.Logger.Level.DEBUG, "A call could not end what it had charged.", e);
    }
  }
}
