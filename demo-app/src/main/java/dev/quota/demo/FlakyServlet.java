package dev.quota.demo;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Fails every time, so that the charge comes back every time. */
@Quota("ping")
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class FlakyServlet extends HttpServlet {

  private static final Problem FAILED =
      new Problem(500, "Failed on purpose", "This endpoint always fails. Its charge comes back.");

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    FAILED.writeTo(response);
  }
}
