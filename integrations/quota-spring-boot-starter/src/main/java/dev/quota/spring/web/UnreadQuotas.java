package dev.quota.spring.web;

import dev.quota.spring.method.SpringAnnotations;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;

/**
 * Finds {@code @Quota} on methods of controllers that no request reaches. Methods of other beans
 * are charged by their proxies.
 */
public final class UnreadQuotas {

  private final ApplicationContext context;
  private final String stack;
  private final Predicate<Class<?>> handles;
  private final Set<Class<?>> types;
  private final Set<Method> methods;

  /**
   * Creates a search.
   *
   * @param context the context with the beans
   * @param stack the name of the framework in messages, such as {@code Spring MVC}
   * @param handles true for classes that handle requests, in addition to controllers
   * @param handlers the handlers that requests reach
   */
  public UnreadQuotas(
      ApplicationContext context,
      String stack,
      Predicate<Class<?>> handles,
      Set<Handler> handlers) {
    this.context = context;
    this.stack = stack;
    this.handles = handles;
    types = handlers.stream().map(Handler::type).collect(Collectors.toSet());
    methods =
        handlers.stream()
            .map(Handler::specificMethod)
            .filter(it -> it != null)
            .collect(Collectors.toSet());
  }

  /**
   * Finds them.
   *
   * @return one sentence about each
   */
  public List<String> find() {
    List<String> found = new ArrayList<>();
    candidates().forEach((type, proxied) -> find(type, proxied, found));
    return found;
  }

  private void find(Class<?> type, boolean proxied, List<String> found) {
    if (!types.contains(type) && !SpringAnnotations.quotasOn(type).isEmpty()) {
      found.add(sentence(type.getName(), proxied));
    }
    MethodIntrospector.selectMethods(type, (MetadataLookup<Boolean>) this::isUnread)
        .keySet()
        .forEach(method -> found.add(sentence(type.getName() + "." + method.getName(), proxied)));
  }

  private String sentence(String where, boolean proxied) {
    return where
        + " carries @Quota, but no request of "
        + stack
        + " leads there, so it would charge nothing:"
        + (proxied
            ? " its bean is a proxy that has only the methods of interfaces, and "
                + stack
                + " finds no controller in it; set spring.aop.proxy-target-class=true, or"
                + " proxyTargetClass where the proxy is configured"
            : " give it a mapping, or move it to a bean that is no controller");
  }

  /** Returns a value if the annotations of a method are not read. */
  private @Nullable Boolean isUnread(Method method) {
    boolean read =
        methods.contains(BridgeMethodResolver.findBridgedMethod(method))
            || SpringAnnotations.quotasOn(method).isEmpty();
    return read ? null : Boolean.TRUE;
  }

  /** Returns the classes of controllers, and whether their beans are proxies of interfaces. */
  private Map<Class<?>, Boolean> candidates() {
    Map<Class<?>, Boolean> candidates = new LinkedHashMap<>();
    for (String name : context.getBeanDefinitionNames()) {
      Class<?> declared = context.getType(name, false);
      if (declared != null) {
        boolean proxied = Proxy.isProxyClass(declared);
        Class<?> type =
            proxied ? Handler.typeOfProxy(name, context) : ClassUtils.getUserClass(declared);
        if (!type.getName().startsWith("org.springframework.") && isHandler(type)) {
          candidates.put(type, proxied);
        }
      }
    }
    return candidates;
  }

  private boolean isHandler(Class<?> type) {
    return MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(Controller.class)
        || handles.test(type);
  }
}
