/**
 * What a store, a clock or a listener must do to plug into the engine.
 *
 * <p>What an application calls lives in {@link dev.quota}; implementations live in {@code
 * dev.quota.internal} and in modules of their own.
 */
@NullMarked
package dev.quota.spi;

import org.jspecify.annotations.NullMarked;
