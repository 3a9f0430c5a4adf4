/** The files of the web component. */
@NullMarked
package dev.quota.http.internal.file;

import org.jspecify.annotations.NullMarked;
