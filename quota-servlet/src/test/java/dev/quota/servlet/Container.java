package dev.quota.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.util.Map;

/**
 * A servlet container that runs one application at the root of a free port. The system property
 * {@code quota.container} chooses it; the build runs the tests once on each.
 */
interface Container {

  /** Which container the tests run on: {@code jetty}, {@code tomcat} or {@code undertow}. */
  String PROPERTY = "quota.container";

  /**
   * Starts.
   *
   * @param startUp registers what the application consists of
   * @param errorPages paths by status
   * @return the port
   * @throws Exception what kept the application from starting
   */
  int start(ServletContainerInitializer startUp, Map<Integer, String> errorPages) throws Exception;

  void stop() throws Exception;

  /** Returns the chosen one; the others need not be on the class path. */
  static Container chosen() {
    String name = System.getProperty(PROPERTY, "jetty");
    return switch (name) {
      case "jetty" -> new JettyContainer();
      case "tomcat" -> new TomcatContainer();
      case "undertow" -> new UndertowContainer();
      default ->
          throw new IllegalArgumentException(
              PROPERTY + " must be jetty, tomcat or undertow, was " + name);
    };
  }
}
