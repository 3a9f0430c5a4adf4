/** The page for a person who navigates to what refuses. */
@NullMarked
package dev.quota.http.internal.page;

import org.jspecify.annotations.NullMarked;
