/**
 * Reads usage logs: files, rows and cells. Charging rows belongs in {@code dev.quota.tool.replay}.
 */
@NullMarked
package dev.quota.tool.log;

import org.jspecify.annotations.NullMarked;
