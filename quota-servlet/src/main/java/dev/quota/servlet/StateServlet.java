package dev.quota.servlet;

import dev.quota.http.QuotaHttp;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** Serves the state endpoints and the web component. Thread-safe. */
final class StateServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private final transient Preparation preparation;
  private final transient QuotaHttp http;
  private final transient SubjectResolver subjects;
  private final transient AnswerWriter writer =
      new AnswerWriter(Optional.empty(), Optional.empty());

  StateServlet(Preparation preparation, QuotaHttp http, SubjectResolver subjects) {
    this.preparation = preparation;
    this.http = http;
    this.subjects = subjects;
  }

  /**
   * Finds mistakes at the start, because some containers initialise the filter only with the first
   * request.
   *
   * @throws IllegalStateException if there are mistakes; unchecked, because Undertow ignores a
   *     checked exception
   */
  @Override
  public void init() {
    try {
      preparation.run(getServletContext());
      preparation.runLast(getServletContext());
    } catch (ServletException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo() == null ? "" : request.getPathInfo();
    ServletFacts facts = ServletFacts.ofFree(request, response, subjects);
    writer.put(http.state(path, facts), request, response);
  }
}
