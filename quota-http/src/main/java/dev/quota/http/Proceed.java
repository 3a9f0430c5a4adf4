package dev.quota.http;

import dev.quota.http.answer.HeaderFields;
import dev.quota.http.internal.header.QuotaHeaders;
import java.util.List;

/**
 * The endpoint runs, and its charge is made.
 *
 * @param exchange what ends with the request
 * @param headers what the answer says of the charge, unless it must not; the page about HTTP says
 *     where
 */
public record Proceed(Exchange exchange, HeaderFields headers) implements Begun {

  /**
   * Returns what {@code Access-Control-Expose-Headers} lists where a page of another origin may
   * read the answer.
   *
   * @return names of headers
   */
  public List<String> exposed() {
    return QuotaHeaders.exposed(headers);
  }
}
