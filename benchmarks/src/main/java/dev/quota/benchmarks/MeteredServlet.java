package dev.quota.benchmarks;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** An endpoint that does nothing expensive. */
@Quota(Contenders.QUOTA)
final class MeteredServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) {
    response.setHeader("Content-Type", "text/plain");
    response.setStatus(HttpServletResponse.SC_OK);
  }
}
