/**
 * Charges the rows of a usage log to engines, and reports what happened. Reading rows belongs in
 * {@code dev.quota.tool.log}.
 */
@NullMarked
package dev.quota.tool.replay;

import org.jspecify.annotations.NullMarked;
