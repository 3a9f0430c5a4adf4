/**
 * Checks and shows texts that come from outside: names, phrases, addresses, digests.
 *
 * <p>Nothing here knows what a text is for; sentences for people are made in {@code
 * dev.quota.message}.
 */
@NullMarked
package dev.quota.internal.text;

import org.jspecify.annotations.NullMarked;
