/**
 * Where policies come from while an application runs: a watched file, the class path, or your own.
 */
@NullMarked
package dev.quota.source;

import org.jspecify.annotations.NullMarked;
