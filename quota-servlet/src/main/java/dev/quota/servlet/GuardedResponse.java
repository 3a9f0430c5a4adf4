package dev.quota.servlet;

import dev.quota.http.answer.HeaderFields;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A response that some threads cannot use after the request has ended: see {@link RequestAccess}.
 * For them it acts like a committed response: status and headers are ignored, and an error or a
 * redirect is illegal.
 */
final class GuardedResponse extends HttpServletResponseWrapper
    implements BiConsumer<String, String> {

  /** A call of the container's response. */
  @FunctionalInterface
  interface Call {
    void run() throws IOException;
  }

  /** A call about one header. It captures nothing, so it needs no object per call. */
  @FunctionalInterface
  private interface HeaderCall {
    void run(HttpServletResponse response, String name, @Nullable String value);
  }

  private final RequestAccess access;

  GuardedResponse(HttpServletResponse response, RequestAccess access) {
    super(response);
    this.access = access;
  }

  /** Makes a call unless the response is over; returns whether it was made. */
  boolean ifOpen(Runnable call) {
    if (!access.enter()) {
      return false;
    }
    try {
      call.run();
    } finally {
      access.leave();
    }
    return true;
  }

  private void ifOpen(HeaderCall call, String name, @Nullable String value) {
    if (access.enter()) {
      try {
        call.run((HttpServletResponse) getResponse(), name, value);
      } finally {
        access.leave();
      }
    }
  }

  /** Makes a call that is illegal when the response is over. */
  void ifOpenElseIllegal(Call call) throws IOException {
    if (!access.enter()) {
      throw new IllegalStateException("the container has ended the response already");
    }
    try {
      call.run();
    } finally {
      access.leave();
    }
  }

  /** Makes a call that throws an IOException when the response is over. */
  void ifOpenElseFails(Call call) throws IOException {
    access.enterOrThrow();
    try {
      call.run();
    } finally {
      access.leave();
    }
  }

  @Override
  public boolean isCommitted() {
    return access.isEnded() || super.isCommitted();
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    access.enterOrThrow();
    try {
      return super.getOutputStream();
    } finally {
      access.leave();
    }
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    access.enterOrThrow();
    try {
      return super.getWriter();
    } finally {
      access.leave();
    }
  }

  @Override
  public void flushBuffer() throws IOException {
    ifOpenElseFails(super::flushBuffer);
  }

  @Override
  public void sendError(int status) throws IOException {
    ifOpenElseIllegal(() -> super.sendError(status));
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    ifOpenElseIllegal(() -> super.sendError(status, message));
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    ifOpenElseIllegal(() -> super.sendRedirect(location));
  }

  @Override
  public void reset() {
    ifOpen(super::reset);
  }

  @Override
  public void resetBuffer() {
    ifOpen(super::resetBuffer);
  }

  @Override
  public void setStatus(int status) {
    if (access.enter()) {
      try {
        super.setStatus(status);
      } finally {
        access.leave();
      }
    }
  }

  @Override
  public void setHeader(String name, String value) {
    ifOpen(HttpServletResponse::setHeader, name, value);
  }

  /** Sets some headers. */
  void setHeaders(HeaderFields headers) {
    if (access.enter()) {
      try {
        headers.forEach(this);
      } finally {
        access.leave();
      }
    }
  }

  /** Sets a header in a call that {@link #setHeaders} has begun. */
  @Override
  public void accept(String name, String value) {
    super.setHeader(name, value);
  }

  /** Removes a header, which needs Servlet 6.1. */
  void removeHeader(String name) {
    ifOpen(HttpServletResponse::setHeader, name, null);
  }

  @Override
  public void addHeader(String name, String value) {
    ifOpen(HttpServletResponse::addHeader, name, value);
  }

  @Override
  public void setIntHeader(String name, int value) {
    ifOpen(() -> super.setIntHeader(name, value));
  }

  @Override
  public void addIntHeader(String name, int value) {
    ifOpen(() -> super.addIntHeader(name, value));
  }

  @Override
  public void setDateHeader(String name, long millis) {
    ifOpen(() -> super.setDateHeader(name, millis));
  }

  @Override
  public void addDateHeader(String name, long millis) {
    ifOpen(() -> super.addDateHeader(name, millis));
  }

  @Override
  public void addCookie(Cookie cookie) {
    ifOpen(() -> super.addCookie(cookie));
  }

  @Override
  public void setContentType(String type) {
    ifOpen(() -> super.setContentType(type));
  }

  @Override
  public void setCharacterEncoding(String encoding) {
    ifOpen(() -> super.setCharacterEncoding(encoding));
  }

  @Override
  public void setLocale(Locale locale) {
    ifOpen(() -> super.setLocale(locale));
  }

  @Override
  public void setContentLength(int length) {
    ifOpen(() -> super.setContentLength(length));
  }

  @Override
  public void setContentLengthLong(long length) {
    ifOpen(() -> super.setContentLengthLong(length));
  }
}
