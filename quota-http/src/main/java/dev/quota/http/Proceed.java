package dev.quota.http;

import dev.quota.http.answer.HeaderFields;
import dev.quota.http.internal.header.QuotaHeaders;
import java.util.List;

/**
 * The endpoint runs, and its charge is made. Immutable.
 *
 * @param exchange the exchange, which the adapter must end
 * @param headers the headers about the charge; {@link QuotaHttp#shown} says which of them to write
 */
public record Proceed(Exchange exchange, HeaderFields headers) implements Begun {

  /**
   * Returns the names for {@code Access-Control-Expose-Headers}, if a page of another origin may
   * read the answer.
   *
   * @return names of headers
   */
  public List<String> exposed() {
    return QuotaHeaders.exposed(headers);
  }
}
