package dev.quota.message;

/**
 * The texts of a refusal that need no other context, for a page, a command line or an agent.
 * Immutable.
 *
 * @param title the kind of refusal, the same for all refusals of that kind, such as "Limit reached"
 * @param detail what is used up, until when, what still works and what to do. It has an absolute
 *     address if an action has one
 * @param message the message of the quota that refused
 */
public record Refusal(String title, String detail, Message message) {}
