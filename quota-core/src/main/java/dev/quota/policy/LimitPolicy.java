package dev.quota.policy;

import dev.quota.internal.text.Names;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One limit of a quota's policy. Values are immutable.
 *
 * @param name matches {@code [a-z][a-z0-9_-]*}
 * @param window the window over which it counts
 * @param capacity how much fits, unless the subject's plan has another capacity
 * @param scope its scope; empty for the quota's scope
 * @param warnAt its own thresholds; empty for the quota's, which apply to budgets only
 * @param label its own short name for people; empty for one made from the window, such as "Today"
 * @param labels its own short names in other languages than that of the label
 * @param mode whether it is enforced; empty for the quota's mode
 * @param rollover how much unused allowance rolls over to the next window; only for calendar
 *     windows
 */
public record LimitPolicy(
    String name,
    LimitWindow window,
    Capacity capacity,
    Optional<Scope> scope,
    Optional<List<Threshold>> warnAt,
    Optional<String> label,
    Map<Locale, String> labels,
    Optional<Mode> mode,
    Optional<Rollover> rollover) {

  /**
   * Checks the values.
   *
   * @param name the component
   * @param window the component
   * @param capacity the component
   * @param scope the component
   * @param warnAt the component
   * @param label the component
   * @param labels the component
   * @param mode the component
   * @param rollover the component
   * @throws IllegalArgumentException if the name or a label is malformed, a threshold asks for a
   *     warning with the whole capacity left, or the window is none of a calendar and has a
   *     rollover
   */
  public LimitPolicy {
    Names.require(name, "limit");
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(capacity, "capacity");
    Objects.requireNonNull(scope, "scope");
    warnAt = warnAt.map(List::copyOf);
    label.ifPresent(text -> Names.requireLabel(text, "label"));
    labels = Names.requireLabels(labels, "label");
    Objects.requireNonNull(mode, "mode");
    for (Threshold threshold : warnAt.orElse(List.of())) {
      requireBelow(name, capacity, threshold);
    }
    requireConversation(name, window, scope);
    requireCalendar(name, window, rollover);
  }

  /**
   * Returns a limit with the same label in every language.
   *
   * @param name matches {@code [a-z][a-z0-9_-]*}
   * @param window the window over which it counts
   * @param capacity how much fits, unless the subject's plan has another capacity
   * @param scope its scope; empty for the quota's scope
   * @param warnAt its own thresholds; empty for the quota's
   * @param label its own short name for people; empty for one made from the window
   * @throws IllegalArgumentException if the name or the label is malformed, or a threshold asks for
   *     a warning with the whole capacity left
   */
  public LimitPolicy(
      String name,
      LimitWindow window,
      Capacity capacity,
      Optional<Scope> scope,
      Optional<List<Threshold>> warnAt,
      Optional<String> label) {
    this(
        name, window, capacity, scope, warnAt, label, Map.of(), Optional.empty(), Optional.empty());
  }

  private static void requireConversation(String name, LimitWindow window, Optional<Scope> scope) {
    if (window instanceof LimitWindow.Conversation
        && scope.filter(Scope.CONVERSATION::equals).isEmpty()) {
      throw new IllegalArgumentException(
          "scope of limit "
              + name
              + " must be conversation, because it counts per conversation, was "
              + scope.map(Scope::text).orElse("not given"));
    }
  }

  private static void requireCalendar(
      String name, LimitWindow window, Optional<Rollover> rollover) {
    if (rollover.isPresent()
        && !(window instanceof LimitWindow.Calendar)
        && !(window instanceof LimitWindow.BillingCycle)) {
      throw new IllegalArgumentException(
          "rollover is allowed only for a limit such as \"50 per calendar day\", not for limit "
              + name);
    }
  }

  private static void requireBelow(String name, Capacity capacity, Threshold threshold) {
    // A capacity of 0 means "not in this plan", which has no warnings.
    if (threshold instanceof Threshold.Remaining remaining
        && capacity instanceof Capacity.Limited limited
        && limited.units() > 0
        && remaining.units() >= limited.units()) {
      throw new IllegalArgumentException(
          "warn-at must leave less than the capacity of limit "
              + name
              + ", which is "
              + limited.units()
              + ", was \""
              + remaining.units()
              + " left\"");
    }
  }

  /**
   * Reads a limit in the grammar of the policy file.
   *
   * <p>{@code 10 per minute}, {@code 50 per calendar day}, {@code 200000 per calendar month in
   * Europe/Berlin}, {@code 2000000 per calendar month per org}, {@code unlimited per calendar day},
   * {@code 1000 per billing cycle from day 15}, {@code 3 at once}, {@code 20000 per conversation},
   * {@code 12 calls per conversation}.
   *
   * @param name the limit's name
   * @param phrase the limit
   * @return the limit
   * @throws IllegalArgumentException if the phrase is not in the grammar; the message says what is
   */
  public static LimitPolicy of(String name, String phrase) {
    return LimitPhrase.parse(phrase).named(name);
  }

  /**
   * Returns a copy with thresholds of its own.
   *
   * @param thresholds the thresholds, empty for none at all
   * @return the copy
   */
  public LimitPolicy withWarnAt(List<Threshold> thresholds) {
    return new LimitPolicy(
        name, window, capacity, scope, Optional.of(thresholds), label, labels, mode, rollover);
  }

  /**
   * Returns a copy with another scope.
   *
   * @param newScope the scope
   * @return the copy
   */
  public LimitPolicy withScope(Scope newScope) {
    return new LimitPolicy(
        name, window, capacity, Optional.of(newScope), warnAt, label, labels, mode, rollover);
  }

  /**
   * Returns a copy of a limit at once with another lease: how long a permit is kept if its node
   * dies.
   *
   * @param lease the time, in whole milliseconds
   * @return the copy
   * @throws IllegalArgumentException if the limit counts no permits, or the time is out of range
   */
  public LimitPolicy withLease(Duration lease) {
    if (!(window instanceof LimitWindow.Concurrent concurrent)) {
      throw new IllegalArgumentException(
          "lease is allowed only for a limit such as \"3 at once\", not for limit " + name);
    }
    LimitWindow.Concurrent changed =
        concurrent.maxDuration().equals(LimitWindow.Concurrent.USUAL_MAX_DURATION)
            ? new LimitWindow.Concurrent(lease)
            : new LimitWindow.Concurrent(lease, concurrent.maxDuration());
    return new LimitPolicy(name, changed, capacity, scope, warnAt, label, labels, mode, rollover);
  }

  /**
   * Returns a copy of a limit at once with another longest time for which permits are renewed.
   *
   * @param maxDuration the time, from the lease to 24 hours
   * @return the copy
   * @throws IllegalArgumentException if the limit counts no permits, or the time is out of range
   */
  public LimitPolicy withMaxDuration(Duration maxDuration) {
    if (!(window instanceof LimitWindow.Concurrent concurrent)) {
      throw new IllegalArgumentException(
          "max-duration is allowed only for a limit such as \"3 at once\", not for limit " + name);
    }
    return new LimitPolicy(
        name,
        new LimitWindow.Concurrent(concurrent.lease(), maxDuration),
        capacity,
        scope,
        warnAt,
        label,
        labels,
        mode,
        rollover);
  }

  /**
   * Returns a copy with a short name for people.
   *
   * @param newLabel the label
   * @return the copy
   */
  public LimitPolicy withLabel(String newLabel) {
    return new LimitPolicy(
        name, window, capacity, scope, warnAt, Optional.of(newLabel), labels, mode, rollover);
  }

  /**
   * Returns a copy with short names for people in other languages than that of the label.
   *
   * @param newLabels the labels by language
   * @return the copy
   */
  public LimitPolicy withLabels(Map<Locale, String> newLabels) {
    return new LimitPolicy(name, window, capacity, scope, warnAt, label, newLabels, mode, rollover);
  }

  /**
   * Returns a copy with a mode of its own.
   *
   * @param newMode whether it is enforced
   * @return the copy
   */
  public LimitPolicy withMode(Mode newMode) {
    return new LimitPolicy(
        name, window, capacity, scope, warnAt, label, labels, Optional.of(newMode), rollover);
  }

  /**
   * Returns a copy whose unused allowance rolls over to the next window.
   *
   * @param share up to which share of the capacity
   * @return the copy
   * @throws IllegalArgumentException if the window is none of a calendar
   */
  public LimitPolicy withRollover(Rollover share) {
    return new LimitPolicy(
        name, window, capacity, scope, warnAt, label, labels, mode, Optional.of(share));
  }

  /**
   * Checks that a capacity of this limit can be counted.
   *
   * @throws IllegalArgumentException if a store cannot count it exactly, or nothing of it would
   *     ever roll over
   */
  void requireCountable(Capacity other) {
    window.in(ZoneOffset.UTC).requireCountable(other);
    rollover.ifPresent(
        share -> {
          share.requireCountable(other);
          share.requireUseful(other);
        });
  }

  /**
   * Returns whether it counts calls and not units.
   *
   * @return true for a conversation's calls
   */
  public boolean countsCalls() {
    return window instanceof LimitWindow.Conversation conversation
        && conversation.counted() == LimitWindow.Conversation.Counted.CALLS;
  }
}
