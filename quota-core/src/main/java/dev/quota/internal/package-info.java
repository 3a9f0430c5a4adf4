/**
 * The in-process store and other parts behind the public types.
 *
 * <p>Nothing here is part of the compatibility promise; anything an application may call lives in
 * {@link dev.quota} and its public sub-packages.
 */
@NullMarked
package dev.quota.internal;

import org.jspecify.annotations.NullMarked;
