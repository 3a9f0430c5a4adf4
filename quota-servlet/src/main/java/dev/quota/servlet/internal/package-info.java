/** What other libraries find by its name, and applications never use. */
@NullMarked
package dev.quota.servlet.internal;

import org.jspecify.annotations.NullMarked;
