/**
 * Reads YAML into nodes that know their line and column, and collects mistakes.
 *
 * <p>{@code dev.quota.policy} reads the policies themselves.
 */
@NullMarked
package dev.quota.internal.yaml;

import org.jspecify.annotations.NullMarked;
