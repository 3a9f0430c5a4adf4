package dev.quota.servlet;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The response of a charged request: a redirect, or an answer that shared caches may keep, must not
 * carry one person's numbers, and neither must a failure, whose charge comes back.
 */
final class ChargedResponse extends HttpServletResponseWrapper {

  private static final String CACHE_CONTROL = "Cache-Control";

  private final Runnable hideHeaders;

  ChargedResponse(HttpServletResponse response, Runnable hideHeaders) {
    super(response);
    this.hideHeaders = hideHeaders;
  }

  @Override
  public void setStatus(int status) {
    hideIfNotDelivered(status);
    super.setStatus(status);
  }

  @Override
  public void sendError(int status) throws IOException {
    hideIfNotDelivered(status);
    super.sendError(status);
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    hideIfNotDelivered(status);
    super.sendError(status, message);
  }

  private void hideIfNotDelivered(int status) {
    if ((status >= 300 && status < 400) || status >= 500) {
      hideHeaders.run();
    }
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    hideHeaders.run();
    super.sendRedirect(location);
  }

  @Override
  public void setHeader(String name, String value) {
    super.setHeader(name, value);
    hideIfPublic(name, value);
  }

  @Override
  public void addHeader(String name, String value) {
    super.addHeader(name, value);
    hideIfPublic(name, value);
  }

  private void hideIfPublic(String name, @Nullable String value) {
    if (CACHE_CONTROL.equalsIgnoreCase(name) && isPublic(value)) {
      hideHeaders.run();
    }
  }

  /** Returns whether shared caches may keep a response. */
  static boolean isPublic(HttpServletResponse response) {
    return isPublic(response.getHeader(CACHE_CONTROL));
  }

  private static boolean isPublic(@Nullable String cacheControl) {
    return cacheControl != null && cacheControl.toLowerCase(Locale.ROOT).contains("public");
  }
}
