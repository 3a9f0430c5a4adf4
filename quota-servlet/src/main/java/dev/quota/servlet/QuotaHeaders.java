package dev.quota.servlet;

import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import jakarta.servlet.http.HttpServletResponse;

/** Writes the headers that speak of a decision, and takes them off again. */
final class QuotaHeaders {

  static final String LEVEL = "Quota-Level";
  static final String RETRY_AFTER = "Retry-After";

  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final String EXPOSE = "Access-Control-Expose-Headers";

  /** Room for one quota of a usual name. */
  private static final int USUAL_LENGTH = 24;

  private final HeaderDialect dialect;

  QuotaHeaders(HeaderDialect dialect) {
    this.dialect = dialect;
  }

  void write(QuotaSnapshot states, HttpServletResponse response) {
    dialect.write(states, response::setHeader);
    response.setHeader(LEVEL, levels(states));
    if (allowsOtherOrigins(response)) {
      // Otherwise a page of another origin gets the response but cannot read these headers.
      dialect.write(states, (name, value) -> response.addHeader(EXPOSE, name));
      response.addHeader(EXPOSE, LEVEL);
      response.addHeader(EXPOSE, RETRY_AFTER);
    }
  }

  void remove(HttpServletResponse response, QuotaSnapshot states) {
    if (!response.isCommitted()) {
      // Null removes a header: said by Servlet 6.1, done by Jetty before.
      dialect.write(states, (name, value) -> response.setHeader(name, null));
      response.setHeader(LEVEL, null);
    }
  }

  static boolean allowsOtherOrigins(HttpServletResponse response) {
    return response.getHeader(ALLOW_ORIGIN) != null;
  }

  private static String levels(QuotaSnapshot states) {
    StructuredFields levels = new StructuredFields(USUAL_LENGTH);
    for (QuotaState state : states.quotas()) {
      levels.token(state.name(), state.level().text());
    }
    return levels.toString();
  }
}
