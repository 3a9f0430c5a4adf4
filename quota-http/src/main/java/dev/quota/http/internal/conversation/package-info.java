/** Conversations: the signed header, and what is counted on a conversation. */
@NullMarked
package dev.quota.http.internal.conversation;

import org.jspecify.annotations.NullMarked;
