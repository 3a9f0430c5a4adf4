package dev.quota.message;

import java.time.Instant;
import java.util.Optional;

/**
 * The texts about one limit for a person: plain text without a full stop. Immutable.
 *
 * @param label a short name, such as "Per minute" or "Today"
 * @param text how much is left, in one line, such as "8 of 50 messages left today"
 * @param detail when more of it is available, in one line, such as "Resets at midnight (in 9
 *     hours)"
 * @param detailTemplate the detail with {@code {when}} instead of the time, for clients that update
 *     the time; empty if the detail has no time
 * @param when the time in the detail; empty if it has none
 */
public record LimitText(
    String label,
    String text,
    String detail,
    Optional<String> detailTemplate,
    Optional<Instant> when) {}
