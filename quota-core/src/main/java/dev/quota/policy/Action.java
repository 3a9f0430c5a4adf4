package dev.quota.policy;

import dev.quota.internal.text.Addresses;
import dev.quota.internal.text.Names;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One thing that a person can do about a state, shown as a link. Immutable.
 *
 * @param rel its purpose, such as {@code "buy"}; matches {@code [a-z][a-z0-9_-]*}. {@code
 *     "upgrade"} means a change of the plan: see {@link #isUpgrade}
 * @param label the text of the link
 * @param href the address: http or https with a host and without a user, mailto, or relative to the
 *     page, such as {@code /plans}, without {@code //}; at most 2,000 characters, none of them
 *     invisible or similar to {@code :} or {@code /}
 * @param labels the text of the link in other languages than that of the label
 */
public record Action(String rel, String label, String href, Map<Locale, String> labels) {

  private static final int MOST = 20;
  private static final String UPGRADE = "upgrade";

  /**
   * Checks the values.
   *
   * @param rel the component
   * @param label the component
   * @param href the component
   * @param labels the component
   * @throws IllegalArgumentException if a value is malformed or the address has another scheme
   */
  public Action {
    Names.require(rel, "rel");
    Names.requireLabel(label, "label");
    var unused = Addresses.requireSafe(href);
    labels = Names.requireLabels(labels, "label");
  }

  /**
   * Returns an action with the same label in every language.
   *
   * @param rel its purpose, such as {@code "upgrade"}; matches {@code [a-z][a-z0-9_-]*}
   * @param label the text of the link
   * @param href the address: http, https, mailto or relative
   * @throws IllegalArgumentException if a value is malformed or the address has another scheme
   */
  public Action(String rel, String label, String href) {
    this(rel, label, href, Map.of());
  }

  /**
   * Returns a checked copy of actions. Their number is bounded, because a page cannot show more.
   */
  static List<Action> requireFew(List<Action> actions) {
    if (actions.size() > MOST) {
      throw new IllegalArgumentException(
          "actions must be at most " + MOST + ", was " + actions.size());
    }
    return List.copyOf(actions);
  }

  /**
   * Returns whether it leads to another plan. Then it is shown only if another plan has more of
   * what is short.
   *
   * @return true if {@link #rel} is {@code "upgrade"}
   */
  public boolean isUpgrade() {
    return rel.equals(UPGRADE);
  }
}
