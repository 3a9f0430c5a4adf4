/**
 * The store that keeps counts in Redis, which several nodes share.
 *
 * <p>{@code dev.quota} decides what happens while Redis is away, and has the in-process store.
 */
@NullMarked
package dev.quota.redis;

import org.jspecify.annotations.NullMarked;
