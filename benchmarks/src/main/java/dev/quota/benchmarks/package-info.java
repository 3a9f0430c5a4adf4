/**
 * Measurements of the engine and the filter beside other rate limiters, with JMH.
 *
 * <p>Nothing here is published; what is measured lives in {@link dev.quota} and {@link
 * dev.quota.servlet}.
 */
@NullMarked
package dev.quota.benchmarks;

import org.jspecify.annotations.NullMarked;
