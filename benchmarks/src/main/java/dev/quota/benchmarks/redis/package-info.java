/**
 * Measurements of decisions with Redis, compared with an empty script and other rate limiters. A
 * load tool and a memory tool start their own Redis.
 *
 * <p>Nothing here is published. These tools do not use JMH, because they measure many callers that
 * wait for one server. Decisions without Redis are measured in {@link dev.quota.benchmarks}.
 */
@NullMarked
package dev.quota.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
