package dev.quota.spring.method;

import java.lang.reflect.Method;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;

/** Charges the calls of bean methods that are annotated with {@code @Quota}. */
final class QuotaMethodAdvisor extends StaticMethodMatcherPointcutAdvisor {

  private static final long serialVersionUID = 1L;

  QuotaMethodAdvisor(QuotaMethodInterceptor interceptor, int order) {
    super(interceptor);
    setOrder(order);
    setClassFilter(type -> !ElsewhereRead.test(type));
  }

  @Override
  public boolean matches(Method method, Class<?> targetClass) {
    return MeteredMethods.isMetered(method, targetClass);
  }
}
