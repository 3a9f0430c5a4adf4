package dev.quota.servlet;

import dev.quota.Quota;
import dev.quota.http.Declarations;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds {@code @Quota} on controllers of Spring MVC. The filter cannot charge them, because it sees
 * only one servlet for all of them. It uses Spring by reflection, so that Spring is no dependency.
 * Stateless.
 */
final class UnreadControllers {

  static final String ADVICE =
      "but nothing here reads Spring MVC controllers: add dev.quota:quota-spring-boot-starter, or if"
          + " it is here, build the filter with its QuotaFilterBuilder bean";

  private static final System.Logger LOG = System.getLogger(UnreadControllers.class.getName());

  private static final String DISPATCHER = "org.springframework.web.servlet.DispatcherServlet";
  private static final String ROOT = "org.springframework.web.context.WebApplicationContext.ROOT";
  private static final String OF_SERVLETS =
      "org.springframework.web.servlet.FrameworkServlet.CONTEXT.";
  private static final String BEANS = "org.springframework.beans.factory.ListableBeanFactory";

  private UnreadControllers() {}

  /** Returns whether a servlet is the dispatcher of Spring MVC. */
  static boolean isDispatcher(@Nullable Class<?> servlet) {
    for (Class<?> c = servlet; c != null; c = c.getSuperclass()) {
      if (c.getName().equals(DISPATCHER)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether the beans of a dispatcher are visible already. */
  static boolean isStarted(ServletContext context, String servletName) {
    return context.getAttribute(OF_SERVLETS + servletName) != null;
  }

  /** Returns a sentence about each annotated bean that is visible now. */
  static List<String> find(ServletContext context) {
    List<String> found = new ArrayList<>();
    for (String name : Collections.list(context.getAttributeNames())) {
      if (name.equals(ROOT) || name.startsWith(OF_SERVLETS)) {
        addAll(context.getAttribute(name), found);
      }
    }
    return found.stream().distinct().toList();
  }

  private static void addAll(@Nullable Object beans, List<String> found) {
    if (beans == null) {
      return;
    }
    try {
      Class<?> factory = Class.forName(BEANS, false, beans.getClass().getClassLoader());
      Method names = factory.getMethod("getBeanDefinitionNames");
      Method typeOf = factory.getMethod("getType", String.class, boolean.class);
      for (String name : (String[]) names.invoke(beans)) {
        if (typeOf.invoke(beans, name, false) instanceof Class<?> type) {
          addType(type, found);
        }
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The beans of Spring cannot be looked at. If one of its controllers carries @Quota, it"
              + " charges nothing without dev.quota:quota-spring-boot-starter.",
          e);
    }
  }

  private static void addType(Class<?> bean, List<String> found) {
    Class<?> type = bean;
    while (type.getName().contains("$$") && type.getSuperclass() != null) {
      type = type.getSuperclass();
    }
    if (Proxy.isProxyClass(type)
        || type.getName().startsWith("org.springframework.")
        || Servlet.class.isAssignableFrom(type)
        || Filter.class.isAssignableFrom(type)) {
      return;
    }
    add(type.getName(), Declarations.annotationsOf(type).quotas(), found);
    for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (!method.isBridge() && !method.isSynthetic()) {
          add(
              type.getName() + "." + method.getName(),
              Declarations.annotationsOf(type, method).quotas(),
              found);
        }
      }
    }
  }

  private static void add(String where, List<Quota> quotas, List<String> found) {
    Optional<Quota> first = quotas.stream().findFirst();
    first.ifPresent(it -> found.add(where + " carries @Quota(\"" + it.value() + "\"), " + ADVICE));
  }
}
