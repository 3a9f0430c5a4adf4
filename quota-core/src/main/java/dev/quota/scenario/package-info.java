/**
 * Policy tests: scenarios that are read from YAML and run on an engine in memory. Policies
 * themselves are in {@code dev.quota.policy}.
 */
@NullMarked
package dev.quota.scenario;

import org.jspecify.annotations.NullMarked;
