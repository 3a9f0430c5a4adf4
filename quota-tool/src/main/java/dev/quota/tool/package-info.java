/**
 * The command {@code quota} and its subcommands: what they accept, and how they print. What they do
 * with policies and logs lives in the packages below.
 */
@NullMarked
package dev.quota.tool;

import org.jspecify.annotations.NullMarked;
