/**
 * Policy tests: scenarios that say what happens to a person, read from YAML and run on an engine in
 * memory. What a policy is belongs in {@code dev.quota.policy}.
 */
@NullMarked
package dev.quota.scenario;

import org.jspecify.annotations.NullMarked;
