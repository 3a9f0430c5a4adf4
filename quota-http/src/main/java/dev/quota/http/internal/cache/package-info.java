/** Decides by the headers of an answer whether caches may store it. */
@NullMarked
package dev.quota.http.internal.cache;

import org.jspecify.annotations.NullMarked;
