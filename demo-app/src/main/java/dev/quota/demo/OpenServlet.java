package dev.quota.demo;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** A servlet without a quota. The filter does nothing for it. */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class OpenServlet extends HttpServlet {

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    String language = PageLanguage.of(request);
    response.setHeader("Content-Language", language);
    Json.write(
        response,
        "application/json",
        json -> json.writeStringField("answer", Texts.one(language, "openAnswer")));
  }
}
