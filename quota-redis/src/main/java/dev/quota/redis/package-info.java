/**
 * The Redis store, which keeps quotas shared by several nodes and arrives with the next release
 * stage. Rules, decisions and the in-memory store are not here: they go to {@code quota-core}, and
 * all that speaks HTTP goes to {@code quota-servlet}.
 */
@NullMarked
package dev.quota.redis;

import org.jspecify.annotations.NullMarked;
