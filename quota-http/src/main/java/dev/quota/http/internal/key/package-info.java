/** Requests with an {@code Idempotency-Key}. */
@NullMarked
package dev.quota.http.internal.key;

import org.jspecify.annotations.NullMarked;
