/** Conversations: the signed header, and what is counted on one when its id comes back. */
@NullMarked
package dev.quota.http.internal.conversation;

import org.jspecify.annotations.NullMarked;
