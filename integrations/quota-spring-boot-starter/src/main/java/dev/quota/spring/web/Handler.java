package dev.quota.spring.web;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.web.method.HandlerMethod;

/**
 * The handler of a request, without proxies. Immutable.
 *
 * @param type the class of the application
 * @param method the method; null if the object itself handles, as a {@code Controller} or a {@code
 *     WebHandler} does
 */
public record Handler(Class<?> type, @Nullable Method method) {

  /**
   * Returns the handler that a handler mapping returned.
   *
   * @param handler a {@code HandlerMethod}, or an object that handles
   * @return the handler
   */
  public static Handler of(Object handler) {
    if (!(handler instanceof HandlerMethod handlerMethod)) {
      return new Handler(AopUtils.getTargetClass(handler), null);
    }
    Object bean = handlerMethod.getBean();
    Class<?> type =
        bean instanceof String ? handlerMethod.getBeanType() : AopUtils.getTargetClass(bean);
    return new Handler(type, handlerMethod.getMethod());
  }

  /**
   * Returns the method where the class declares or overrides it.
   *
   * @return the method; null if the object itself handles
   */
  public @Nullable Method specificMethod() {
    return method == null ? null : AopUtils.getMostSpecificMethod(method, type);
  }

  @Override
  public String toString() {
    return method == null ? type.getName() : type.getName() + "." + method.getName();
  }
}
