/**
 * The rules that every store keeps, as tests: a suite for each capability of a store, the model
 * that random traces are compared with, and a clock that tests move.
 *
 * <p>The interfaces that a store implements are in {@link dev.quota.spi}.
 */
@NullMarked
package dev.quota.storetests;

import org.jspecify.annotations.NullMarked;
