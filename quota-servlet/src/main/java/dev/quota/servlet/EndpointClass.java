package dev.quota.servlet;

import dev.quota.CostFunction;
import dev.quota.InPlacePolicy;
import dev.quota.Quota;
import dev.quota.http.ErrorFormat;
import dev.quota.policy.QuotaPolicy;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the annotations of one servlet class say, for each HTTP method.
 *
 * <p>Annotations of a superclass hold for a subclass that has none, so that generated proxies are
 * seen through. HEAD runs {@code doGet}, and so it costs what GET costs.
 */
final class EndpointClass {

  private static final Map<String, String> HANDLERS =
      Map.of(
          "GET", "doGet",
          "HEAD", "doGet",
          "POST", "doPost",
          "PUT", "doPut",
          "DELETE", "doDelete",
          "PATCH", "doPatch",
          "TRACE", "doTrace");

  private final Class<?> type;
  private final Map<String, Endpoint> byMethod = new LinkedHashMap<>();
  private final boolean leavesDispatching;
  private final Set<String> handled;
  private final Endpoint byDefault;
  private final boolean free;
  private final List<QuotaPolicy> definitions = new ArrayList<>();

  /**
   * Reads a class.
   *
   * @throws IllegalArgumentException if an annotation is malformed
   */
  EndpointClass(Class<?> type) {
    this.type = type;
    List<Quota> onType = onType(type);
    requireHandlers();
    MisplacedQuotas.requireNoneOnInterfaces(type);
    leavesDispatching = leavesDispatching();
    handled = findHandled();
    DeclaredErrors errors = new DeclaredErrors(type);
    byDefault = endpoint(onType, errors.onType());
    HANDLERS.forEach((method, handler) -> readMethod(method, handler, onType, errors));
    free = byDefault.isFree() && byMethod.values().stream().allMatch(Endpoint::isFree);
    if (free && errors.onType().isPresent()) {
      throw DeclaredErrors.meaningless("the class " + type.getName());
    }
  }

  private void readMethod(
      String method, String handler, List<Quota> onType, DeclaredErrors errors) {
    List<Quota> onMethod = onMethod(handler);
    Optional<ErrorFormat> own = errors.onMethod(handler);
    if (onMethod.isEmpty() && own.isEmpty()) {
      return;
    }
    Endpoint endpoint = endpoint(combined(onType, onMethod), own.or(errors::onType));
    if (endpoint.isFree()) {
      throw DeclaredErrors.meaningless("the method " + handler + " of " + type.getName());
    }
    byMethod.put(method, endpoint);
  }

  /** Returns the endpoint for an HTTP method; free where the class would only answer 405. */
  Endpoint forMethod(String method) {
    return leavesDispatching && !handled.contains(method)
        ? Endpoint.FREE
        : byMethod.getOrDefault(method, byDefault);
  }

  boolean isFree() {
    return free;
  }

  /** Returns the quotas that annotations define in place. */
  List<QuotaPolicy> definitions() {
    return definitions;
  }

  Set<String> quotaNames() {
    Set<String> names = new LinkedHashSet<>();
    byDefault.costs().forEach(cost -> names.add(cost.quota()));
    byMethod.values().forEach(e -> e.costs().forEach(cost -> names.add(cost.quota())));
    return names;
  }

  /** Returns whether any method takes a key. */
  boolean isIdempotent() {
    return byDefault.idempotent() || byMethod.values().stream().anyMatch(Endpoint::idempotent);
  }

  String name() {
    return type.getName();
  }

  /**
   * Returns whether an OPTIONS request cannot reach code that a quota protects: the class leaves
   * dispatching to {@link HttpServlet}, which answers OPTIONS in a handler of its own.
   */
  boolean separatesOptions() {
    return leavesDispatching;
  }

  private boolean leavesDispatching() {
    return HttpServlet.class.isAssignableFrom(type)
        && !overrides("service", HttpServletRequest.class, HttpServletResponse.class)
        && !overrides("service", ServletRequest.class, ServletResponse.class);
  }

  /** Returns the HTTP methods that the class handles itself, for an Allow header. */
  Set<String> handledMethods() {
    return handled;
  }

  private Set<String> findHandled() {
    Set<String> methods = new LinkedHashSet<>();
    for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE")) {
      String handler = HANDLERS.getOrDefault(method, "");
      if (overrides(handler, HttpServletRequest.class, HttpServletResponse.class)
          || (method.equals("HEAD")
              && overrides("doHead", HttpServletRequest.class, HttpServletResponse.class))) {
        methods.add(method);
      }
    }
    methods.add("OPTIONS");
    return methods;
  }

  private boolean overrides(String name, Class<?>... parameters) {
    for (Class<?> c = type; c != null && c != HttpServlet.class; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (method.getName().equals(name)
            && Arrays.equals(method.getParameterTypes(), parameters)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Refuses an annotation that would never be read: its endpoint would run unmetered. */
  private void requireHandlers() {
    Class<?>[] parameters = {HttpServletRequest.class, HttpServletResponse.class};
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (isAnnotated(method)
            && !(HANDLERS.containsValue(method.getName())
                && Arrays.equals(method.getParameterTypes(), parameters))) {
          throw new IllegalArgumentException(
              (annotations(method).isEmpty() ? "@QuotaErrors" : "@Quota")
                  + " on the method "
                  + method.getName()
                  + " of "
                  + c.getName()
                  + " is never read; annotate the class, or doGet, doPost, doPut, doDelete, doPatch"
                  + " or doTrace");
        }
      }
    }
  }

  private static boolean isAnnotated(Method method) {
    return !annotations(method).isEmpty() || DeclaredErrors.on(method).isPresent();
  }

  private static List<Quota> onType(Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      List<Quota> found = annotations(c);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private List<Quota> onMethod(String name) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (method.getName().equals(name) && !annotations(method).isEmpty()) {
          return annotations(method);
        }
      }
    }
    return List.of();
  }

  private static List<Quota> annotations(AnnotatedElement element) {
    return List.of(element.getDeclaredAnnotationsByType(Quota.class));
  }

  private static List<Quota> combined(List<Quota> onType, List<Quota> onMethod) {
    List<Quota> combined = new ArrayList<>();
    Set<String> replaced = new LinkedHashSet<>();
    onMethod.forEach(quota -> replaced.add(quota.value()));
    onType.stream().filter(quota -> !replaced.contains(quota.value())).forEach(combined::add);
    combined.addAll(onMethod);
    return combined;
  }

  private Endpoint endpoint(List<Quota> annotations, Optional<ErrorFormat> errors) {
    List<Endpoint.Cost> costs = new ArrayList<>();
    for (Quota annotation : annotations) {
      InPlacePolicy.of(annotation).ifPresent(definitions::add);
      costs.add(cost(annotation));
    }
    return new Endpoint(
        costs,
        isIdempotent(annotations),
        isKeyRequired(annotations),
        errors.orElse(ErrorFormat.PROBLEM));
  }

  private static boolean isIdempotent(List<Quota> annotations) {
    boolean any = annotations.stream().anyMatch(Quota::idempotent);
    if (any && !annotations.stream().allMatch(Quota::idempotent)) {
      throw new IllegalArgumentException(
          "idempotent must be set on all @Quota of one endpoint or on none, because they are charged"
              + " together");
    }
    return any;
  }

  private static boolean isKeyRequired(List<Quota> annotations) {
    for (Quota annotation : annotations) {
      if (annotation.keyRequired() && !annotation.idempotent()) {
        throw new IllegalArgumentException(
            "@Quota(\""
                + annotation.value()
                + "\") has keyRequired without idempotent; add idempotent = true, or the key would"
                + " mean nothing");
      }
    }
    return annotations.stream().anyMatch(Quota::keyRequired);
  }

  private Endpoint.Cost cost(Quota annotation) {
    boolean hasFunction = annotation.costFrom() != CostFunction.None.class;
    if (hasFunction && annotation.cost() != Quota.USUAL_COST) {
      throw new IllegalArgumentException(
          "@Quota(\"" + annotation.value() + "\") has both cost and costFrom; keep one");
    }
    if (hasFunction) {
      return new Endpoint.Cost(annotation.value(), Optional.of(function(annotation.costFrom())));
    }
    if (annotation.cost() == Quota.USUAL_COST) {
      return Endpoint.Cost.usual(annotation.value());
    }
    if (annotation.cost() < 0) {
      throw new IllegalArgumentException(
          "@Quota(\""
              + annotation.value()
              + "\"): cost must not be negative, was "
              + annotation.cost());
    }
    return Endpoint.Cost.fixed(annotation.value(), annotation.cost());
  }

  @SuppressWarnings("unchecked") // checked by CostFunctionType
  private static CostFunction<HttpServletRequest> function(Class<?> type) {
    CostFunctionType.requireTakesServletRequests(type);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return (CostFunction<HttpServletRequest>) constructor.newInstance();
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalArgumentException(
          "costFrom " + type.getName() + " needs a constructor without parameters that succeeds",
          e);
    }
  }
}
