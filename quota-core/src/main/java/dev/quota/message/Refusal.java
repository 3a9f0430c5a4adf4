package dev.quota.message;

/**
 * What a refusal says on its own, to a page, a command line or an agent.
 *
 * @param title the kind of refusal, the same for all refusals of that kind, such as "Limit reached"
 * @param detail what is used up, until when, what still works and what to do, with absolute
 *     addresses where there are any
 * @param message the message of the quota that refused
 */
public record Refusal(String title, String detail, Message message) {}
