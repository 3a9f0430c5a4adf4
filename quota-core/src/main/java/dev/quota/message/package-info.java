/**
 * Turns a state into words for a person: code, severity, title, detail and actions, in their
 * language and zone.
 *
 * <p>Nothing here knows HTTP; pages, problems and headers are made of these words in {@code
 * dev.quota.servlet}.
 *
 * <p>The words stand in {@code messages_<language>.properties}, of which the English file explains
 * the grammar and the arguments at its head. An application overrides any key in its own UTF-8 file
 * {@code quota-messages_<language>.properties} on the class path, for every quota ({@code
 * quota.warning.title}) or for one ({@code quota.warning.title.chat}), and brings languages that
 * are not shipped. The keys are
 *
 * <ul>
 *   <li>{@code quota.<code>.title} and {@code quota.<code>.detail}: the messages about a state;
 *   <li>{@code refusal.*}: the titles of refusals, one for each kind;
 *   <li>{@code text.*} and {@code label.*}: the line and the name of a single limit;
 *   <li>{@code phrase.*}, {@code time.*}, {@code number.*} and {@code unit.*}: what those are made
 *       of;
 *   <li>{@code problem.*} and {@code page.*}: texts for answers that are about no state.
 * </ul>
 */
@NullMarked
package dev.quota.message;

import org.jspecify.annotations.NullMarked;
