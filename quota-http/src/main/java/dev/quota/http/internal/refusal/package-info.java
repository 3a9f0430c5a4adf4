/** Refusals: their kinds and their answers. */
@NullMarked
package dev.quota.http.internal.refusal;

import org.jspecify.annotations.NullMarked;
