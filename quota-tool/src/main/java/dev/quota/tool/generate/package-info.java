/** Makes usage logs that look like real ones, from a seed. Nothing here is measured. */
@NullMarked
package dev.quota.tool.generate;

import org.jspecify.annotations.NullMarked;
