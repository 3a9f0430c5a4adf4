/**
 * The command {@code quota} and its subcommands: their options and their output. The packages below
 * do the work with policies and logs.
 */
@NullMarked
package dev.quota.tool;

import org.jspecify.annotations.NullMarked;
