/** The headers of an answer about quotas, and how long a client should wait. */
@NullMarked
package dev.quota.http.internal.header;

import org.jspecify.annotations.NullMarked;
