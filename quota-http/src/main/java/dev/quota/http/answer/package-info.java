/**
 * HTTP answers as values: status, headers and body, and the dialects of headers. {@link
 * dev.quota.http} decides what to answer.
 */
@NullMarked
package dev.quota.http.answer;

import org.jspecify.annotations.NullMarked;
