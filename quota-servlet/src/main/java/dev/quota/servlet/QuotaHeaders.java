package dev.quota.servlet;

import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.http.HeaderDialect;
import dev.quota.http.HeaderFields;
import dev.quota.http.internal.header.StructuredFields;
import jakarta.servlet.http.HttpServletResponse;

/** Makes the headers that speak of a decision. */
final class QuotaHeaders {

  static final String LEVEL = "Quota-Level";
  static final String RETRY_AFTER = "Retry-After";
  static final String SHOULD_RETRY = "x-should-retry";

  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final String EXPOSE = "Access-Control-Expose-Headers";

  /** Room for one quota of a usual name. */
  private static final int USUAL_LENGTH = 24;

  private final HeaderDialect dialect;

  QuotaHeaders(HeaderDialect dialect) {
    this.dialect = dialect;
  }

  HeaderFields of(QuotaSnapshot states) {
    HeaderFields headers = new HeaderFields();
    dialect.write(states, headers::put);
    headers.put(LEVEL, levels(states));
    return headers;
  }

  void write(QuotaSnapshot states, HttpServletResponse response) {
    HeaderFields headers = of(states);
    headers.forEach(response::setHeader);
    expose(headers, response);
  }

  /** Lets a page of another origin, which gets the response, read these headers too. */
  void expose(HeaderFields headers, HttpServletResponse response) {
    if (allowsOtherOrigins(response)) {
      headers.forEach((name, value) -> response.addHeader(EXPOSE, name));
      response.addHeader(EXPOSE, RETRY_AFTER);
      response.addHeader(EXPOSE, SHOULD_RETRY);
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
