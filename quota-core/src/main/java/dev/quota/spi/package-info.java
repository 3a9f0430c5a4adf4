/**
 * What a store must do to plug into the engine: for those who write one, and for nobody else.
 *
 * <p>What an application uses lives in {@link dev.quota}, clocks and listeners too; stores live in
 * {@code dev.quota.internal} and in modules of their own.
 */
@NullMarked
package dev.quota.spi;

import org.jspecify.annotations.NullMarked;
