/**
 * What is answered, as values: status, headers and body, and the dialects of headers. Who decides
 * what to answer is in {@link dev.quota.http}.
 */
@NullMarked
package dev.quota.http.answer;

import org.jspecify.annotations.NullMarked;
