package dev.quota.servlet;

import dev.quota.Quotas;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds endpoints through the servlet that the container matched, so that no second reading of the
 * address can disagree with the container's.
 */
final class AnnotatedServlets implements EndpointResolver {

  private static final System.Logger LOG = System.getLogger(AnnotatedServlets.class.getName());

  private final Quotas quotas;
  private final Map<String, Optional<EndpointClass>> byServletName = new ConcurrentHashMap<>();

  AnnotatedServlets(Quotas quotas) {
    this.quotas = quotas;
  }

  /**
   * Reads all servlets registered so far, adds the quotas they define, and checks the names they
   * use.
   *
   * @throws ServletException with every mistake, if there is one
   */
  void scan(ServletContext context) throws ServletException {
    List<String> mistakes = new ArrayList<>();
    for (String servletName : context.getServletRegistrations().keySet()) {
      try {
        byServletName.put(servletName, read(context, servletName));
      } catch (IllegalArgumentException | IllegalStateException e) {
        mistakes.add("servlet " + servletName + ": " + e.getMessage());
      }
    }
    for (Optional<EndpointClass> found : byServletName.values()) {
      found.ifPresent(endpoints -> addUnknownNames(endpoints, mistakes));
    }
    if (!mistakes.isEmpty()) {
      throw new ServletException(
          "The quotas of this application do not fit together: " + String.join("; ", mistakes));
    }
    for (Optional<EndpointClass> found : byServletName.values()) {
      found.ifPresent(this::declareUse);
    }
  }

  /** Makes sure that no later policies lack what an endpoint charges. */
  private void declareUse(EndpointClass endpoints) {
    endpoints.quotaNames().forEach(quota -> quotas.declareUse(quota, endpoints.name()));
  }

  private void addUnknownNames(EndpointClass endpoints, List<String> mistakes) {
    for (String name : endpoints.quotaNames()) {
      if (!quotas.policies().names().contains(name)) {
        mistakes.add(
            endpoints.name()
                + " names the unknown quota \""
                + name
                + "\"; the quotas are "
                + quotas.policies().names());
      }
    }
  }

  @Override
  public Endpoint resolve(HttpServletRequest request) {
    Optional<EndpointClass> found = find(request);
    if (found.isEmpty() || found.get().isFree()) {
      return Endpoint.FREE;
    }
    EndpointClass endpoints = found.get();
    if (request.getMethod().equals("OPTIONS") && endpoints.separatesOptions()) {
      return Endpoint.FREE;
    }
    return endpoints.forMethod(request.getMethod());
  }

  /** Returns the methods a servlet handles, if it is known. */
  Optional<EndpointClass> find(HttpServletRequest request) {
    String servletName = request.getHttpServletMapping().getServletName();
    if (servletName == null || servletName.isEmpty()) {
      return Optional.empty();
    }
    Optional<EndpointClass> known = byServletName.get(servletName);
    // Registered after the scan: read now, so that it never runs without its quotas.
    return known != null
        ? known
        : byServletName.computeIfAbsent(
            servletName, name -> readLate(request.getServletContext(), name));
  }

  private Optional<EndpointClass> readLate(ServletContext context, String servletName) {
    try {
      Optional<EndpointClass> read = read(context, servletName);
      read.ifPresent(this::declareUse);
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
    EndpointClass endpoints = new EndpointClass(type);
    endpoints.definitions().forEach(policy -> quotas.define(policy, endpoints.name()));
    return Optional.of(endpoints);
  }

  /** Returns a class by the application's loader, else by that of the thread, else by our own. */
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
