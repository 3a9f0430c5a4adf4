package dev.quota.demo;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Serves one file of the page from the class path. */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class PageServlet extends HttpServlet {

  /** The page contains everything that it needs. It may not load or run anything else. */
  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final byte[] content;
  private final String type;

  PageServlet(String resource, String type) throws IOException {
    content = read(resource);
    this.type = type;
  }

  static byte[] read(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            PageServlet.class.getResourceAsStream("web/" + resource), resource)) {
      return in.readAllBytes();
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    write(response, type, content);
  }

  static void write(HttpServletResponse response, String type, byte[] content) throws IOException {
    response.setContentType(type);
    response.setContentLength(content.length);
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Content-Security-Policy", CONTENT_POLICY);
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.getOutputStream().write(content);
  }
}
