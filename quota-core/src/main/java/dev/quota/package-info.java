/**
 * The words of a quota and the engine that decides: annotations, policies, subjects, {@link
 * dev.quota.Quotas}, decisions and states.
 *
 * <p>Anything that mentions HTTP goes to {@code dev.quota.servlet}, anything that mentions Redis to
 * {@code dev.quota.redis}, turning a state into sentences to {@link dev.quota.message}, and reading
 * policy files to {@link dev.quota.policy}.
 */
@NullMarked
package dev.quota;

import org.jspecify.annotations.NullMarked;
