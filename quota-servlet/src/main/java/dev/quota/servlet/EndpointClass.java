package dev.quota.servlet;

import dev.quota.http.DeclaredEndpoint;
import dev.quota.http.Endpoint;
import dev.quota.http.EndpointReader;
import dev.quota.http.MisplacedQuotas;
import dev.quota.http.QuotaAnnotations;
import dev.quota.policy.QuotaPolicy;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The endpoints of one servlet class, one for each HTTP method. Immutable.
 *
 * <p>A subclass without annotations has those of its superclass, so that generated proxies work.
 * HEAD runs {@code doGet}, so it costs what GET costs.
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

  private static final Class<?>[] PARAMETERS = {
    HttpServletRequest.class, HttpServletResponse.class
  };

  private static final EndpointReader READER = new EndpointReader(HttpServletRequest.class);

  /** Finds annotations that are not read in an application with servlets and filters. */
  static final MisplacedQuotas MISPLACED =
      new MisplacedQuotas(
          "annotate the servlet class, or its doGet, doPost, doPut, doDelete, doPatch or doTrace");

  private static final String HANDLER_ADVICE =
      "annotate the class, or doGet, doPost, doPut, doDelete, doPatch or doTrace";

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
    QuotaAnnotations onType = QuotaAnnotations.ofType(type);
    new MisplacedQuotas(HANDLER_ADVICE).requireNoneOnOtherMethods(type, EndpointClass::isHandler);
    MISPLACED.requireNoneOnInterfaces(type);
    leavesDispatching = leavesDispatching();
    handled = findHandled();
    byDefault = endpoint(READER.read(onType));
    HANDLERS.forEach((method, handler) -> readMethod(method, handler, onType));
    free = byDefault.isFree() && byMethod.values().stream().allMatch(Endpoint::isFree);
    MisplacedQuotas.requireCharged("the class " + type.getName(), onType, !free);
  }

  private void readMethod(String method, String handler, QuotaAnnotations onType) {
    QuotaAnnotations onMethod = QuotaAnnotations.ofMethod(type, handler, PARAMETERS);
    if (!onMethod.equals(QuotaAnnotations.NONE)) {
      String where = "the method " + handler + " of " + type.getName();
      byMethod.put(method, endpoint(READER.read(onType, onMethod, where)));
    }
  }

  private Endpoint endpoint(DeclaredEndpoint declared) {
    definitions.addAll(declared.definitions());
    return declared.endpoint();
  }

  /** Returns the endpoint for an HTTP method; a free one if the class only answers status 405. */
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

  /** Returns the endpoints of all methods. */
  List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>(byMethod.values());
    all.add(byDefault);
    return all;
  }

  String name() {
    return type.getName();
  }

  /**
   * Returns whether an OPTIONS request cannot run code that a quota protects: the class leaves the
   * dispatch to {@link HttpServlet}, which has a separate handler for OPTIONS.
   */
  boolean separatesOptions() {
    return leavesDispatching;
  }

  private boolean leavesDispatching() {
    return HttpServlet.class.isAssignableFrom(type)
        && !overrides("service", PARAMETERS)
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
      if (overrides(handler, PARAMETERS)
          || (method.equals("HEAD") && overrides("doHead", PARAMETERS))) {
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

  /** Returns whether an annotation on a method is read. */
  private static boolean isHandler(Method method) {
    return HANDLERS.containsValue(method.getName())
        && Arrays.equals(method.getParameterTypes(), PARAMETERS);
  }
}
