package dev.quota.policy;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Scalar;
import dev.quota.internal.yaml.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the actions of a plan or a quota. */
final class ActionsReader {

  static final List<String> KEYS = List.of("rel", "label", "labels", "href");

  private static final int MOST = 20;
  private static final String EXAMPLE = "{rel: upgrade, label: See plans, href: /plans}";

  private final Mistakes mistakes;

  ActionsReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the valid actions of a list. */
  List<Action> read(YamlNode node) {
    List<Action> actions = new ArrayList<>();
    Optional<Sequence> list =
        node.asSequence("`actions` must be a list such as [" + EXAMPLE + "]", mistakes);
    if (list.isEmpty()) {
      return actions;
    }
    if (list.get().items().size() > MOST) {
      mistakes.add(
          node.at(), "`actions` must be at most " + MOST + ", was " + list.get().items().size());
      return actions;
    }
    for (YamlNode item : list.get().items()) {
      Optional<Mapping> mapping = item.asMapping("an action must be like " + EXAMPLE, mistakes);
      Optional<Action> action = mapping.isPresent() ? action(mapping.get()) : Optional.empty();
      if (action.isPresent()) {
        actions.add(action.get());
      }
    }
    return actions;
  }

  private Optional<Action> action(Mapping mapping) {
    Section section = new Section(mapping, KEYS, mistakes);
    // Each value is checked together with two valid ones, so that its mistake has its own position.
    Optional<String> rel = value(section, "rel", "upgrade", mapping, Part.REL);
    Optional<String> label = value(section, "label", "See plans", mapping, Part.LABEL);
    Optional<String> href = value(section, "href", "/plans", mapping, Part.HREF);
    Map<Locale, String> labels =
        new LabelsReader(mistakes).read(section, "labels", Part.LABEL::checked);
    return rel.isPresent() && label.isPresent() && href.isPresent()
        ? Optional.of(new Action(rel.get(), label.get(), href.get(), labels))
        : Optional.empty();
  }

  private Optional<String> value(
      Section section, String key, String example, Mapping mapping, Part part) {
    Optional<Scalar> scalar = section.required(key, mapping.at(), key + ": " + example);
    return scalar.isPresent() ? mistakes.read(scalar.get(), part::checked) : Optional.empty();
  }

  private enum Part {
    REL,
    LABEL,
    HREF;

    String checked(String text) {
      return switch (this) {
        case REL -> new Action(text, "label", "/").rel();
        case LABEL -> new Action("rel", text, "/").label();
        case HREF -> new Action("rel", "label", text).href();
      };
    }
  }
}
