/** Header fields: how they are read and written, and how long a client should wait. */
@NullMarked
package dev.quota.http.internal.header;

import org.jspecify.annotations.NullMarked;
