/** Finds the differences between two sets of policies, in words. */
@NullMarked
package dev.quota.tool.diff;

import org.jspecify.annotations.NullMarked;
