/**
 * Turns a state into words for a person: code, severity, title, detail and actions, in their
 * language and zone.
 *
 * <p>Nothing here knows HTTP; pages, problems and headers are made of these words in {@code
 * dev.quota.servlet}.
 */
@NullMarked
package dev.quota.message;

import org.jspecify.annotations.NullMarked;
