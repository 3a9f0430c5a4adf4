package dev.quota.spring.method;

import org.aopalliance.intercept.MethodInvocation;
import org.springframework.util.ClassUtils;

/** Checks whether a method returns a publisher. Works without Reactor on the class path. */
final class ReactiveMethods {

  private static final boolean PRESENT = ClassUtils.isPresent("reactor.core.publisher.Flux", null);

  private ReactiveMethods() {}

  static boolean isReactive(Class<?> returned) {
    return PRESENT && Publishers.isReactive(returned);
  }

  static boolean isPublisher(Class<?> parameter) {
    return PRESENT && Publishers.isPublisher(parameter);
  }

  static Object charged(
      MethodInvocation invocation,
      MeteredMethod method,
      DeferredCharges.Due due,
      MethodCharging parts) {
    return Publishers.charged(invocation, method, due, parts);
  }
}
