package dev.quota.servlet;

import dev.quota.http.Exchange;
import dev.quota.http.QuotaHttp;
import dev.quota.http.request.RequestEnd;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.List;

/**
 * Prepares an application for its first request, once. The container may initialise the filter or
 * the state servlet first. Thread-safe.
 */
final class Preparation {

  private static final System.Logger LOG = System.getLogger(Preparation.class.getName());

  private final AnnotatedServlets servlets;
  private final QuotaHttp http;
  private boolean done;

  Preparation(AnnotatedServlets servlets, QuotaHttp http) {
    this.servlets = servlets;
    this.http = http;
  }

  synchronized void run(ServletContext context) throws ServletException {
    if (!done) {
      servlets.scan(context);
      http.start();
      LOG.log(System.Logger.Level.DEBUG, "Loaded {0} classes.", perRequest().size());
      done = true;
    }
  }

  /**
   * Checks again when the servlets that start with the application have started.
   *
   * @throws IllegalStateException if it finds annotations that nobody reads
   */
  void runLast(ServletContext context) {
    servlets.scanAgain(context);
  }

  /** Returns the wrapper classes of each charged request. Naming the classes loads them. */
  private static List<Class<?>> perRequest() {
    return List.of(
        QuotaExchange.class,
        Exchange.class,
        ServletFacts.class,
        RequestEnd.class,
        ChargedAsync.class,
        ChargedDispatcher.class,
        ChargedInput.class,
        ChargedChain.class,
        ChargedReadListener.class,
        ChargedReader.class,
        ChargedRequest.class,
        ChargedResponse.class,
        ChargedStream.class,
        ChargedWriteListener.class,
        ChargedWriter.class,
        GuardedWork.class,
        FailureAnswers.class,
        RefusedDispatchException.class,
        RequestDispatches.class,
        RequestOutcome.class,
        RequestWork.class,
        Servlet61.class,
        Settlement.class);
  }
}
