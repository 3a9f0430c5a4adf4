/**
 * Helpers for tests of applications: an engine with a clock that tests move, subjects that have
 * used something, and assertions. It does not depend on servlets or Spring.
 */
@NullMarked
package dev.quota.test;

import org.jspecify.annotations.NullMarked;
