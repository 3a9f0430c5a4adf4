package dev.quota.demo;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Refuses names that are not valid, before anybody is charged. */
@SuppressWarnings("serial") // filters of this demo are never serialised
final class NameFilter extends HttpFilter {

  private static final Problem BAD_NAME =
      new Problem(
          400,
          "Not a user name",
          "The user name in the header "
              + DemoPeople.HEADER
              + " or the cookie "
              + DemoPeople.COOKIE
              + " must be 1 to 64 ASCII letters, digits or . _ @ + - and begin with a letter or a"
              + " digit. Leave it out to be counted by address.");

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (DemoPeople.isValid(request)) {
      chain.doFilter(request, response);
    } else {
      BAD_NAME.writeTo(response);
    }
  }
}
