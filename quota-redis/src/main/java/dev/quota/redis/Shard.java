package dev.quota.redis;

/**
 * One master, with its breaker and its clock.
 *
 * @param name its name for an operator
 * @param tag a hash tag in one of its slots, for probes
 * @param breaker stops calls while it does not answer
 * @param time its clock
 */
record Shard(String name, String tag, Breaker breaker, ServerTime time) {}
