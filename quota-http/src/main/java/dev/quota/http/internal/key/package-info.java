/** What an {@code Idempotency-Key} protects. */
@NullMarked
package dev.quota.http.internal.key;

import org.jspecify.annotations.NullMarked;
