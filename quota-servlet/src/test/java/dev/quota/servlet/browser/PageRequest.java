package dev.quota.servlet.browser;

import java.util.Map;

/**
 * A request that a page sent.
 *
 * @param method such as {@code GET}
 * @param url its address
 * @param headers what the page, not the network, put into it, by name in any case
 */
public record PageRequest(String method, String url, Map<String, String> headers) {}
