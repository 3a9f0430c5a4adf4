/**
 * Measurements of decisions by way of Redis, beside an empty script and other rate limiters: a load
 * tool and a memory tool, both of which start their own Redis.
 *
 * <p>Nothing here is published, and JMH has no part in it: what counts is many callers waiting for
 * one server. What is decided without Redis is measured in {@link dev.quota.benchmarks}.
 */
@NullMarked
package dev.quota.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
