package dev.quota.demo;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The smallest endpoint with a quota. */
@Quota("ping")
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class PingServlet extends HttpServlet {

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    Json.write(response, "application/json", json -> json.writeStringField("answer", "pong"));
  }
}
