/**
 * The engine that decides: {@link dev.quota.Quotas}, subjects, decisions, states, reservations, and
 * the annotation {@link dev.quota.Quota}.
 *
 * <p>What a policy is belongs in {@link dev.quota.policy}, sentences in {@link dev.quota.message},
 * HTTP and Redis in modules of their own.
 */
@NullMarked
package dev.quota;

import org.jspecify.annotations.NullMarked;
