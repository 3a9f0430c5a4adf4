package dev.quota.message;

/**
 * Another plan that has more of what a message is about. All texts are plain text. Immutable.
 *
 * @param plan the plan's name
 * @param label the label of the plan
 * @param gives what it gives, in one line, such as "Pro: 500 a day"
 */
public record Upgrade(String plan, String label, String gives) {}
