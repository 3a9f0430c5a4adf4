/**
 * The rules that every store keeps, as tests: a suite for each capability of a store, the model
 * that random traces are compared with, and what moves time by hand.
 *
 * <p>What a store implements lives in {@link dev.quota.spi}.
 */
@NullMarked
package dev.quota.storetests;

import org.jspecify.annotations.NullMarked;
