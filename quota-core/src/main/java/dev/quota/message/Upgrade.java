package dev.quota.message;

/**
 * Another plan that has more of what a message is about. Values are immutable; all texts are plain
 * text.
 *
 * @param plan the plan's name
 * @param label what the plan is called
 * @param gives what it gives, in one line, such as "Pro: 500 a day"
 */
public record Upgrade(String plan, String label, String gives) {}
