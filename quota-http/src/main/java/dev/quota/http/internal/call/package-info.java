/** Calls of the engine, by callers who wait and by callers who do not. */
@NullMarked
package dev.quota.http.internal.call;

import org.jspecify.annotations.NullMarked;
