/**
 * The interface of stores. Only code that implements a store needs it.
 *
 * <p>Applications use {@link dev.quota} and {@link dev.quota.store}. Stores are in {@code
 * dev.quota.internal} and in modules of their own.
 */
@NullMarked
package dev.quota.spi;

import org.jspecify.annotations.NullMarked;
