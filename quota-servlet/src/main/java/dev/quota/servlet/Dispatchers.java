package dev.quota.servlet;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks the servlets of Spring MVC in an application without the Spring module, because then
 * nobody reads annotations of controllers. Their beans are visible when the servlets have started:
 * at the start of the application, or at a request. Thread-safe.
 */
final class Dispatchers {

  private static final System.Logger LOG = System.getLogger(Dispatchers.class.getName());

  private final boolean read;
  private final Set<String> all = ConcurrentHashMap.newKeySet();
  private final Set<String> unseen = ConcurrentHashMap.newKeySet();
  private volatile List<String> mistakes = List.of();

  /**
   * Creates it.
   *
   * @param read true if the controllers are read, so that there is nothing to check
   */
  Dispatchers(boolean read) {
    this.read = read;
  }

  /** Notes a servlet of the application. */
  void meet(String servletName, Class<?> type) {
    if (!read && UnreadControllers.isDispatcher(type) && all.add(servletName)) {
      unseen.add(servletName);
    }
  }

  /** Returns a sentence about each annotated controller that is visible now. */
  List<String> start(ServletContext context) {
    return all.isEmpty() ? List.of() : look(context);
  }

  private List<String> look(ServletContext context) {
    mistakes = UnreadControllers.find(context);
    unseen.removeIf(name -> UnreadControllers.isStarted(context, name));
    return mistakes;
  }

  /**
   * Checks again when the servlets that start with the application have started.
   *
   * @throws IllegalStateException if a controller has a {@code @Quota}
   */
  void startLast(ServletContext context) {
    if (!all.isEmpty() && !look(context).isEmpty()) {
      throw new IllegalStateException(
          "The quotas of this application do not fit together: " + String.join("; ", mistakes));
    }
    for (String name : unseen) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Servlet {0} of Spring MVC has not started yet, so its controllers are not checked. If"
              + " one carries @Quota, it charges nothing without"
              + " dev.quota:quota-spring-boot-starter. Set its load-on-startup.",
          name);
    }
  }

  /**
   * Checks a request, if the container has started although controllers are not read.
   *
   * @throws Misconfiguration.UnusableEndpointException if the request may reach an endpoint that is
   *     not charged
   */
  void requireRead(String servletName, HttpServletRequest request) {
    if (!all.contains(servletName)) {
      return;
    }
    ServletContext context = request.getServletContext();
    if (unseen.contains(servletName) && UnreadControllers.isStarted(context, servletName)) {
      List<String> unused = look(context);
    }
    if (!mistakes.isEmpty()) {
      throw new Misconfiguration.UnusableEndpointException(
          new IllegalStateException(mistakes.get(0)));
    }
  }
}
