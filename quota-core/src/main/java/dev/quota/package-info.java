/**
 * The engine that decides: {@link dev.quota.Quotas}, subjects, decisions, states, reservations, and
 * the annotation {@link dev.quota.Quota}.
 *
 * <p>Policies are in {@link dev.quota.policy}, and sentences in {@link dev.quota.message}. HTTP and
 * Redis have modules of their own.
 */
@NullMarked
package dev.quota;

import org.jspecify.annotations.NullMarked;
