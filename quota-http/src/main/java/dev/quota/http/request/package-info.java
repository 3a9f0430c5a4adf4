/**
 * What an adapter tells about a request: its facts, and how it ended. What is answered is in {@link
 * dev.quota.http.answer}.
 */
@NullMarked
package dev.quota.http.request;

import org.jspecify.annotations.NullMarked;
