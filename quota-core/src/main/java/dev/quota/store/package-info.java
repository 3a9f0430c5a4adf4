/**
 * What the engine, its stores and applications share: the clock, bounds on memory, and a store's
 * capabilities, health, failures and accuracy.
 *
 * <p>It does not depend on the engine, so that {@link dev.quota.spi} and the in-process store do
 * not need the engine either.
 */
@NullMarked
package dev.quota.store;

import org.jspecify.annotations.NullMarked;
