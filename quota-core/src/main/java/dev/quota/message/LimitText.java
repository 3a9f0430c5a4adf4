package dev.quota.message;

import java.time.Instant;
import java.util.Optional;

/**
 * What one limit says to a person. Values are immutable; all texts are plain text without a full
 * stop.
 *
 * @param label a short name, such as "Per minute" or "Today"
 * @param text how much is left, in one line, such as "8 of 50 messages left today"
 * @param detail when there is more of it again, in one line, such as "Resets at midnight (in 9
 *     hours)"
 * @param detailTemplate the detail with {@code {when}} in place of the time, for clients that keep
 *     the time current; empty if the detail speaks of no time
 * @param when the time the detail speaks of; empty if it speaks of none
 */
public record LimitText(
    String label,
    String text,
    String detail,
    Optional<String> detailTemplate,
    Optional<Instant> when) {}
