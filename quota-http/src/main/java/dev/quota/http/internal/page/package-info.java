/** The HTML page of a refusal. */
@NullMarked
package dev.quota.http.internal.page;

import org.jspecify.annotations.NullMarked;
