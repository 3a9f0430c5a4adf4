package dev.quota.servlet;

import dev.quota.Quotas;
import dev.quota.http.Endpoint;
import dev.quota.http.EndpointChecks;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds endpoints by the servlet that the container matched. A second match of the path could
 * differ from the container's. Thread-safe.
 */
final class AnnotatedServlets implements EndpointResolver {

  private static final System.Logger LOG = System.getLogger(AnnotatedServlets.class.getName());

  private final Quotas quotas;
  private final Map<String, Optional<EndpointClass>> byServletName = new ConcurrentHashMap<>();
  private final Set<String> meteredByName = ConcurrentHashMap.newKeySet();
  private final Dispatchers dispatchers;
  private volatile boolean installed;

  /**
   * Creates it.
   *
   * @param readsOthers whether another resolver reads the endpoints of frameworks
   */
  AnnotatedServlets(Quotas quotas, boolean readsOthers) {
    this.quotas = quotas;
    this.dispatchers = new Dispatchers(readsOthers);
  }

  /**
   * Reads all servlets that are registered so far, defines their quotas, and checks the names that
   * they use.
   *
   * @throws ServletException with every mistake, if there is one
   */
  void scan(ServletContext context) throws ServletException {
    EndpointChecks checks = new EndpointChecks(quotas);
    for (String servletName : context.getServletRegistrations().keySet()) {
      Optional<Optional<EndpointClass>> found =
          checks.read("servlet " + servletName, () -> read(context, servletName));
      found.ifPresent(it -> byServletName.put(servletName, it));
    }
    for (FilterRegistration filter : context.getFilterRegistrations().values()) {
      addMisplaced(filter, context, checks);
    }
    for (Optional<EndpointClass> found : byServletName.values()) {
      found.ifPresent(it -> it.endpoints().forEach(each -> checks.use(it.name(), each)));
    }
    dispatchers.start(context).forEach(checks::add);
    try {
      checks.finish();
    } catch (IllegalStateException e) {
      throw new ServletException(e.getMessage(), e);
    }
    warnOfLateServlets();
  }

  private static void addMisplaced(
      FilterRegistration filter, ServletContext context, EndpointChecks checks) {
    Class<?> type = filter.getClassName() == null ? null : load(filter.getClassName(), context);
    if (type != null) {
      checks.read(
          "filter " + filter.getName(),
          () -> {
            EndpointClass.MISPLACED.requireNoneIn(type, "the filter");
            return type;
          });
    }
  }

  /**
   * Returns whether a registered servlet has quotas, or mistakes in them. Then it is charged by its
   * name too.
   */
  boolean meterByName(ServletContext context, String servletName) {
    boolean metered = mayMeter(context, servletName);
    if (metered) {
      meteredByName.add(servletName);
    }
    installed = true;
    return metered;
  }

  private void warnOfLateServlets() {
    byServletName.forEach(
        (name, found) -> {
          if (installed
              && found.isPresent()
              && !found.get().isFree()
              && !meteredByName.contains(name)) {
            LOG.log(
                System.Logger.Level.WARNING,
                "Servlet {0} was registered after QuotaFilter.install, so a dispatch to it by its"
                    + " name is not charged; call install last.",
                name);
          }
        });
  }

  private static boolean mayMeter(ServletContext context, String servletName) {
    ServletRegistration registration = context.getServletRegistration(servletName);
    String className = registration == null ? null : registration.getClassName();
    Class<?> type = className == null ? null : load(className, context);
    try {
      return type != null && !new EndpointClass(type).isFree();
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.DEBUG, "Reported when the filter is initialised.", e);
      return true;
    }
  }

  @Override
  public Endpoint resolve(HttpServletRequest request) {
    return endpoint(find(request), request);
  }

  /** Returns the endpoint that a request will reach in the servlet of a name. */
  Endpoint resolve(String servletName, HttpServletRequest request) {
    return endpoint(find(servletName, request), request);
  }

  private static Endpoint endpoint(Optional<EndpointClass> found, HttpServletRequest request) {
    if (found.isEmpty() || found.get().isFree()) {
      return Endpoint.FREE;
    }
    EndpointClass endpoints = found.get();
    if (request.getMethod().equals("OPTIONS") && endpoints.separatesOptions()) {
      return Endpoint.FREE;
    }
    return endpoints.forMethod(request.getMethod());
  }

  /** Returns whether the servlet of a request has a filter by its name. */
  boolean isMeteredByName(HttpServletRequest request) {
    return meteredByName.contains(servletName(request));
  }

  /** Returns the methods a servlet handles, if it is known. */
  Optional<EndpointClass> find(HttpServletRequest request) {
    String servletName = servletName(request);
    return servletName.isEmpty() ? Optional.empty() : find(servletName, request);
  }

  /**
   * Checks the controllers of other servlets again, when those have started.
   *
   * @throws IllegalStateException if nobody reads the annotations of their controllers
   */
  void scanAgain(ServletContext context) {
    dispatchers.startLast(context);
  }

  /**
   * Returns the name of the servlet that the container matched; the empty text if there is none, as
   * in an include by name, which has no path.
   */
  private static String servletName(HttpServletRequest request) {
    // In an include the request still has the mapping of the including servlet.
    Object mapping =
        request.getDispatcherType() == DispatcherType.INCLUDE
            ? request.getAttribute(RequestDispatcher.INCLUDE_MAPPING)
            : request.getHttpServletMapping();
    String name = mapping instanceof HttpServletMapping matched ? matched.getServletName() : null;
    return name == null ? "" : name;
  }

  private Optional<EndpointClass> find(String servletName, HttpServletRequest request) {
    dispatchers.requireRead(servletName, request);
    Optional<EndpointClass> known = byServletName.get(servletName);
    // It was registered after the scan, so it is read now.
    return known != null
        ? known
        : byServletName.computeIfAbsent(
            servletName, name -> readLate(request.getServletContext(), name));
  }

  private Optional<EndpointClass> readLate(ServletContext context, String servletName) {
    try {
      Optional<EndpointClass> read = read(context, servletName);
      EndpointChecks late = new EndpointChecks(quotas);
      read.ifPresent(it -> it.endpoints().forEach(each -> late.use(it.name(), each)));
      late.finish();
      return read;
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new Misconfiguration.UnusableEndpointException(e);
    }
  }

  private Optional<EndpointClass> read(ServletContext context, String servletName) {
    ServletRegistration registration = context.getServletRegistration(servletName);
    String className = registration == null ? null : registration.getClassName();
    if (className == null) {
      return Optional.empty();
    }
    Class<?> type = load(className, context);
    if (type == null) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Servlet {0} cannot be read for quotas, because no class loader finds {1}; it is not"
              + " metered.",
          servletName,
          className);
      return Optional.empty();
    }
    dispatchers.meet(servletName, type);
    EndpointClass endpoints = new EndpointClass(type);
    endpoints.definitions().forEach(policy -> quotas.define(policy, endpoints.name()));
    return Optional.of(endpoints);
  }

  /** Loads a class by the loader of the application, else of the thread, else of this library. */
  private static @Nullable Class<?> load(String className, ServletContext context) {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    loaders.add(context.getClassLoader());
    loaders.add(Thread.currentThread().getContextClassLoader());
    loaders.add(AnnotatedServlets.class.getClassLoader());
    for (ClassLoader loader : loaders) {
      if (loader != null) {
        try {
          return Class.forName(className, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
          LOG.log(System.Logger.Level.DEBUG, "Not found here; trying the next loader.", e);
        }
      }
    }
    return null;
  }
}
