/** Classes that other libraries find by their names. Applications do not use them. */
@NullMarked
package dev.quota.servlet.internal;

import org.jspecify.annotations.NullMarked;
