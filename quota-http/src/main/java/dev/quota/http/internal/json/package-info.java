/** The JSON documents: states, messages and errors. Their member names are a public contract. */
@NullMarked
package dev.quota.http.internal.json;

import org.jspecify.annotations.NullMarked;
