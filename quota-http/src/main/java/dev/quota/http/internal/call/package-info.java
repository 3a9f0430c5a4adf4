/** Blocking and asynchronous calls of the engine. */
@NullMarked
package dev.quota.http.internal.call;

import org.jspecify.annotations.NullMarked;
