/** A tool for servers of the Model Context Protocol that tells agents what is left of a quota. */
@NullMarked
package dev.quota.mcp;

import org.jspecify.annotations.NullMarked;
