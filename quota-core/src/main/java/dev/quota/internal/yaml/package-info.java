/**
 * Reads YAML into nodes that know their line and column, and collects mistakes.
 *
 * <p>Nothing here knows what a policy is; that is read in {@code dev.quota.policy}.
 */
@NullMarked
package dev.quota.internal.yaml;

import org.jspecify.annotations.NullMarked;
