package dev.quota.demo;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Fails at every request, so that every charge is refunded. */
@Quota("ping")
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class FlakyServlet extends HttpServlet {

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String language = PageLanguage.of(request);
    response.setHeader("Content-Language", language);
    new Problem(500, Texts.one(language, "flakyTitle"), Texts.one(language, "flakyAnswer"))
        .writeTo(response);
  }
}
