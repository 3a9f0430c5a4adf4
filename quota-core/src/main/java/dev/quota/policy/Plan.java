package dev.quota.policy;

import dev.quota.internal.text.Names;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A named set of capacities, such as {@code free} or {@code pro}. Each quota's policy has the
 * capacities. Immutable.
 *
 * @param name matches {@code [a-z][a-z0-9_-]*}
 * @param label its name for people
 * @param actions what a person on this plan can do, the most useful first; upgrades are shown only
 *     if another plan has more ({@link Action#isUpgrade})
 * @param labels its names for people in other languages than that of the label
 */
public record Plan(String name, String label, List<Action> actions, Map<Locale, String> labels) {

  /**
   * Checks the values.
   *
   * @param name the component
   * @param label the component
   * @param actions the component
   * @param labels the component
   * @throws IllegalArgumentException if the name or a label is malformed
   */
  public Plan {
    Names.require(name, "plan");
    Names.requireLabel(label, "label");
    actions = Action.requireFew(actions);
    labels = Names.requireLabels(labels, "label");
  }

  /**
   * Returns a plan with the same label in every language.
   *
   * @param name matches {@code [a-z][a-z0-9_-]*}
   * @param label its name for people
   * @param actions what a person on this plan can do, the most useful first
   * @throws IllegalArgumentException if the name or the label is malformed
   */
  public Plan(String name, String label, List<Action> actions) {
    this(name, label, actions, Map.of());
  }

  /**
   * Returns a plan without actions, labelled by its name.
   *
   * @param name the plan's name
   * @return the plan
   */
  public static Plan of(String name) {
    Names.require(name, "plan");
    return new Plan(name, Names.toLabel(name), List.of());
  }
}
