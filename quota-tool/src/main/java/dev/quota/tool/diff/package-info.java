/** Says in words what differs between two sets of policies. */
@NullMarked
package dev.quota.tool.diff;

import org.jspecify.annotations.NullMarked;
