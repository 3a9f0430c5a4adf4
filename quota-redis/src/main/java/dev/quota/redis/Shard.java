package dev.quota.redis;

/**
 * One master with what this process knows about it: whether it answers, and what time it has.
 *
 * @param name what it is, for an operator
 * @param tag a hash tag whose key this master holds, to ask it something
 * @param breaker keeps calls away while it does not answer
 * @param time its clock
 */
record Shard(String name, String tag, Breaker breaker, ServerTime time) {}
