package dev.quota.message;

/**
 * What one limit says to a person.
 *
 * @param label a short name, such as "Per minute" or "Today"
 * @param text one line, such as "8 of 50 messages left today"
 */
public record LimitText(String label, String text) {}
