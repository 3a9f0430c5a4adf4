/**
 * What an adapter passes about a request: its facts, and how it ended. Answers are in {@link
 * dev.quota.http.answer}.
 */
@NullMarked
package dev.quota.http.request;

import org.jspecify.annotations.NullMarked;
