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
  private final Runnable atStart;
  private boolean done;

  /**
   * Creates the preparation of one filter.
   *
   * @param atStart what else happens once, when the quotas are known
   */
  Preparation(AnnotatedServlets servlets, WarmUp warmUp, Runnable atStart) {
    this.servlets = servlets;
    this.warmUp = warmUp;
    this.atStart = atStart;
  }

  synchronized void run(ServletContext context) throws ServletException {
    if (!done) {
      servlets.scan(context);
      atStart.run();
      int bytes = warmUp.run();
      LOG.log(System.Logger.Level.DEBUG, "Ready; the warm-up wrote {0} bytes.", bytes);
      done = true;
    }
  }
}
