/** Content negotiation: the language of an answer and its media type. */
@NullMarked
package dev.quota.http.internal.negotiation;

import org.jspecify.annotations.NullMarked;
