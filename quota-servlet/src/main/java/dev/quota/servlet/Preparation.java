package dev.quota.servlet;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;

/**
 * Gets an application ready for its first request, once, whether the container initialises the
 * filter or the state servlet first.
 */
final class Preparation {

  private static final System.Logger LOG = System.getLogger(Preparation.class.getName());

  private final AnnotatedServlets servlets;
  private final WarmUp warmUp;
  private boolean done;

  Preparation(AnnotatedServlets servlets, WarmUp warmUp) {
    this.servlets = servlets;
    this.warmUp = warmUp;
  }

  synchronized void run(ServletContext context) throws ServletException {
    if (!done) {
      servlets.scan(context);
      int bytes = warmUp.run();
      LOG.log(System.Logger.Level.DEBUG, "Ready; the warm-up wrote {0} bytes.", bytes);
      done = true;
    }
  }
}
