package dev.quota.spring.mvc;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.FrameworkServlet;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Finds the handler that the DispatcherServlet will call for a request, with the same mappings in
 * the same order. It does not change the request. Thread-safe.
 */
final class HandlerLookup {

  private static final System.Logger LOG = System.getLogger(HandlerLookup.class.getName());

  /** A request that Spring MVC refuses before it calls a handler. */
  private static final HandlerExecutionChain NONE = new HandlerExecutionChain(new Object());

  private final ApplicationContext context;
  private final Map<String, Boolean> dispatching = new ConcurrentHashMap<>();
  private final Map<ApplicationContext, Mappings> mappings = new ConcurrentHashMap<>();

  /**
   * The mappings of a DispatcherServlet, in its order.
   *
   * @param needParsedPath whether one of them needs the path in parts
   */
  private record Mappings(List<HandlerMapping> all, boolean needParsedPath) {}

  /**
   * Creates a lookup.
   *
   * @param context the context of the application; its mappings are read when it has started
   */
  HandlerLookup(ApplicationContext context) {
    this.context = context;
  }

  /** Returns the mappings of the DispatcherServlet of a context, in its order. */
  List<HandlerMapping> mappings(ApplicationContext of) {
    return known(of).all;
  }

  private Mappings known(ApplicationContext of) {
    Mappings known = mappings.get(of);
    return known != null ? known : mappings.computeIfAbsent(of, HandlerLookup::read);
  }

  private static Mappings read(ApplicationContext of) {
    List<HandlerMapping> all =
        new ArrayList<>(
            BeanFactoryUtils.beansOfTypeIncludingAncestors(of, HandlerMapping.class, true, false)
                .values());
    AnnotationAwareOrderComparator.sort(all);
    return new Mappings(List.copyOf(all), all.stream().anyMatch(HandlerMapping::usesPathPatterns));
  }

  /**
   * Returns the handler; empty if Spring MVC answers without one, for instance with status 404 or
   * 405.
   */
  Optional<HandlerExecutionChain> find(HttpServletRequest request) {
    if (!reachesDispatcherServlet(request)) {
      return Optional.empty();
    }
    LookupRequest copy = new LookupRequest(request);
    Mappings known = known(contextOf(request));
    if (known.needParsedPath) {
      ServletRequestPathUtils.parseAndCache(copy);
    }
    for (HandlerMapping mapping : known.all) {
      HandlerExecutionChain found = ask(mapping, copy);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private static @Nullable HandlerExecutionChain ask(
      HandlerMapping mapping, HttpServletRequest request) {
    try {
      return mapping.getHandler(request);
    } catch (Exception e) {
      // A wrong method, media type or version. The DispatcherServlet gets the same error and
      // answers. If it does not, UnchargedGuard stops the handler.
      LOG.log(System.Logger.Level.DEBUG, "No handler.", e);
      return NONE;
    }
  }

  /** Returns the context of the DispatcherServlet, which may have its own. */
  private ApplicationContext contextOf(HttpServletRequest request) {
    HttpServletMapping mapping = mappingOf(request);
    if (mapping == null || mapping.getServletName() == null) {
      return context;
    }
    Object own =
        request
            .getServletContext()
            .getAttribute(FrameworkServlet.SERVLET_CONTEXT_PREFIX + mapping.getServletName());
    return own instanceof ApplicationContext it ? it : context;
  }

  private static @Nullable HttpServletMapping mappingOf(HttpServletRequest request) {
    return request.getDispatcherType() == DispatcherType.INCLUDE
        ? (HttpServletMapping) request.getAttribute(RequestDispatcher.INCLUDE_MAPPING)
        : request.getHttpServletMapping();
  }

  private boolean reachesDispatcherServlet(HttpServletRequest request) {
    HttpServletMapping mapping = mappingOf(request);
    // Without a mapping, as in MockMvc, there is no other servlet.
    return mapping == null
        || mapping.getServletName() == null
        || mapping.getServletName().isEmpty()
        || dispatching.computeIfAbsent(
            mapping.getServletName(), name -> isDispatcher(request.getServletContext(), name));
  }

  private static boolean isDispatcher(ServletContext context, String servletName) {
    ServletRegistration registration = context.getServletRegistration(servletName);
    if (registration == null || registration.getClassName() == null) {
      return true;
    }
    try {
      return DispatcherServlet.class.isAssignableFrom(
          ClassUtils.forName(registration.getClassName(), context.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      LOG.log(System.Logger.Level.DEBUG, "Not loadable, so asked for its handlers.", e);
      return true;
    }
  }
}
