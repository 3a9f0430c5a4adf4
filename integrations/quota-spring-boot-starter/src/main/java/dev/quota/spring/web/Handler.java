package dev.quota.spring.web;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;
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
   * Returns a handler as the start finds it. No bean is created for that: a lazy one must wait, and
   * one of a request or session cannot be created yet.
   *
   * @param handler a {@code HandlerMethod}, the name of a bean, or an object that handles
   * @param beans the beans
   * @return the handler
   */
  public static Handler ofStart(Object handler, ApplicationContext beans) {
    if (handler instanceof HandlerMethod method) {
      boolean exists = method.getBean() instanceof String name && exists(name, beans);
      return of(exists ? method.createWithResolvedBean() : method);
    }
    if (handler instanceof String name && !exists(name, beans)) {
      Class<?> type = beans.getType(name, false);
      return new Handler(type == null ? Object.class : ClassUtils.getUserClass(type), null);
    }
    return of(handler instanceof String name ? beans.getBean(name) : handler);
  }

  /** Returns the class behind a proxy of interfaces; the proxy's if it does not exist yet. */
  static Class<?> typeOfProxy(String bean, ApplicationContext beans) {
    Class<?> declared = Objects.requireNonNull(beans.getType(bean, false));
    return exists(bean, beans) ? AopProxyUtils.ultimateTargetClass(beans.getBean(bean)) : declared;
  }

  private static boolean exists(String bean, ApplicationContext beans) {
    for (ApplicationContext it = beans; it != null; it = it.getParent()) {
      if (it.containsLocalBean(bean)) {
        return it.getAutowireCapableBeanFactory() instanceof SingletonBeanRegistry singletons
            && singletons.containsSingleton(bean);
      }
    }
    return false;
  }

  /**
   * Returns the method where the class declares or overrides it.
   *
   * @return the method; null if the object itself handles
   */
  public @Nullable Method specificMethod() {
    return method == null ? null : AopUtils.getMostSpecificMethod(method, type);
  }

  /**
   * Returns what to say about a method without {@code @Quota} that takes the charge of its request.
   *
   * @param exchange the type of the parameter
   * @return a sentence; empty if the method has no such parameter
   */
  public Optional<String> unmetered(Class<?> exchange) {
    return method != null && List.of(method.getParameterTypes()).contains(exchange)
        ? Optional.of(
            this
                + " takes a QuotaExchange, but carries no @Quota; with cost = 0 it charges nothing"
                + " when it begins")
        : Optional.empty();
  }

  @Override
  public String toString() {
    return method == null ? type.getName() : type.getName() + "." + method.getName();
  }
}
