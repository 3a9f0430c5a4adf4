/**
 * Makes messages of states for a person: code, severity, title, detail and actions, in the person's
 * language and zone.
 *
 * <p>Nothing here knows HTTP. {@code dev.quota.http} makes pages, problems and headers of these
 * messages.
 *
 * <p>The texts are in {@code messages_<language>.properties}. The head of the English file explains
 * the grammar and the arguments. An application can override any key in its own UTF-8 file {@code
 * quota-messages_<language>.properties} on the class path, for every quota ({@code
 * quota.warning.title}) or for one ({@code quota.warning.title.chat}). It can also add languages.
 * The keys are
 *
 * <ul>
 *   <li>{@code quota.<code>.title} and {@code quota.<code>.detail}: the messages about a state;
 *   <li>{@code refusal.*}: the titles of refusals, one for each kind;
 *   <li>{@code text.*} and {@code label.*}: the line and the name of a single limit;
 *   <li>{@code phrase.*}, {@code time.*}, {@code number.*} and {@code unit.*}: parts of those
 *       texts;
 *   <li>{@code problem.*} and {@code page.*}: texts for answers without a state.
 * </ul>
 */
@NullMarked
package dev.quota.message;

import org.jspecify.annotations.NullMarked;
