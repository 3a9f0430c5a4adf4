package dev.quota.http;

import dev.quota.http.answer.HeaderFields;

/**
 * The endpoint runs, and its charge is made. Immutable.
 *
 * @param exchange the exchange, which the adapter must end
 * @param headers the headers about the charge; {@link QuotaHttp#headersOf} writes them
 */
public record Proceed(Exchange exchange, HeaderFields headers) implements Begun {}
