/**
 * The store that keeps counts in Redis, shared by all nodes.
 *
 * <p>What happens while Redis is away is decided by {@code dev.quota}; counts of one process live
 * there too.
 */
@NullMarked
package dev.quota.redis;

import org.jspecify.annotations.NullMarked;
