/** The client's address as something to count on. */
@NullMarked
package dev.quota.http.internal.address;

import org.jspecify.annotations.NullMarked;
