/** Refusals: their kinds, and what a response says about each. */
@NullMarked
package dev.quota.http.internal.refusal;

import org.jspecify.annotations.NullMarked;
