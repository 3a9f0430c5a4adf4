package dev.quota.message;

import dev.quota.policy.Action;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The message about a state for a person. All texts are plain text. Immutable.
 *
 * @param id the same for one threshold in one window, so that clients can keep a notice dismissed
 * @param code such as {@code quota.warning}; clients match the longest prefix they know
 * @param severity how urgent it is
 * @param locale the language of the texts
 * @param rightToLeft whether the language is written from right to left
 * @param title one line, without a full stop
 * @param detail one to three sentences
 * @param detailTemplate the detail with {@code {when}} instead of the time, for clients that update
 *     the time; empty if the detail has no time
 * @param when the time in the detail; empty if it has none
 * @param actions what the person can do, the most useful first. Upgrades are included only if
 *     another plan has more of what the message is about
 * @param upgrade that plan, and what it gives; empty if there is none, or if the wait is shorter
 *     than a minute
 */
public record Message(
    String id,
    String code,
    Severity severity,
    Locale locale,
    boolean rightToLeft,
    String title,
    String detail,
    Optional<String> detailTemplate,
    Optional<Instant> when,
    List<Action> actions,
    Optional<Upgrade> upgrade) {

  /**
   * Copies the list.
   *
   * @param id the component
   * @param code the component
   * @param severity the component
   * @param locale the component
   * @param rightToLeft the component
   * @param title the component
   * @param detail the component
   * @param detailTemplate the component
   * @param when the component
   * @param actions the component
   * @param upgrade the component
   */
  public Message {
    actions = List.copyOf(actions);
  }
}
