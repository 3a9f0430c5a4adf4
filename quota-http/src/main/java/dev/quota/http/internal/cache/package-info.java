/** Whether caches may store an answer, by its headers. */
@NullMarked
package dev.quota.http.internal.cache;

import org.jspecify.annotations.NullMarked;
