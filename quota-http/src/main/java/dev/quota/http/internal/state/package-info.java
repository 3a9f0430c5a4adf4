/** The paths of the state endpoints. */
@NullMarked
package dev.quota.http.internal.state;

import org.jspecify.annotations.NullMarked;
