/** The headers of an answer that speak of quotas, and how long a client should wait. */
@NullMarked
package dev.quota.http.internal.header;

import org.jspecify.annotations.NullMarked;
