/**
 * What the engine, its stores and applications have in common: the clock, bounds on memory, what a
 * store can do, whether it is well, how it fails, and what its numbers are worth.
 *
 * <p>It depends on no other package of this library, so that {@link dev.quota.spi} and the
 * in-process store need nothing of the engine.
 */
@NullMarked
package dev.quota.store;

import org.jspecify.annotations.NullMarked;
