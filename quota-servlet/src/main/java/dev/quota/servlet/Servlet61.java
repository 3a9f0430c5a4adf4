package dev.quota.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;

/**
 * The methods of Servlet 6.1 that this module uses. It is compiled against 6.0, so that containers
 * with 6.0 can run it, and looks for the newer methods at run time.
 */
final class Servlet61 {

  private static final Optional<MethodHandle> SEND_REDIRECT = findSendRedirect();

  private Servlet61() {}

  private static Optional<MethodHandle> findSendRedirect() {
    try {
      return Optional.of(
          MethodHandles.publicLookup()
              .findVirtual(
                  HttpServletResponse.class,
                  "sendRedirect",
                  MethodType.methodType(void.class, String.class, int.class, boolean.class)));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return Optional.empty();
    }
  }

  /** Returns whether the container has Servlet 6.1, and so removes a header that is set to null. */
  static boolean isPresent() {
    return SEND_REDIRECT.isPresent();
  }

  static void sendRedirect(
      HttpServletResponse response, String location, int status, boolean clearBuffer)
      throws IOException {
    try {
      SEND_REDIRECT.orElseThrow().invokeExact(response, location, status, clearBuffer);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("sendRedirect throws nothing else", e);
    }
  }
}
