/** The syntax of header fields: how their values are read and written. */
@NullMarked
package dev.quota.http.internal.field;

import org.jspecify.annotations.NullMarked;
