/**
 * Checks and shows texts that come from outside: names, phrases, addresses, digests.
 *
 * <p>{@code dev.quota.message} makes the sentences for people.
 */
@NullMarked
package dev.quota.internal.text;

import org.jspecify.annotations.NullMarked;
