package dev.quota.policy;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Scalar;
import dev.quota.internal.yaml.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads thresholds. */
final class ThresholdsReader {

  private final Mistakes mistakes;

  ThresholdsReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the thresholds that are valid for all of the limits. */
  List<Threshold> read(YamlNode node, List<LimitPolicy> limits) {
    List<Threshold> thresholds = new ArrayList<>();
    List<YamlNode> items = node instanceof Sequence list ? list.items() : List.of(node);
    for (YamlNode item : items) {
      Optional<Scalar> text =
          item.asScalar("`warn-at` must be like 80%, or a list such as [80%, 10 left]", mistakes);
      Optional<Threshold> threshold =
          text.isPresent() ? threshold(text.get(), limits) : Optional.empty();
      if (threshold.isPresent() && thresholds.contains(threshold.get())) {
        mistakes.add(item.at(), "the threshold " + item.kind() + " is there twice");
      } else if (threshold.isPresent()) {
        thresholds.add(threshold.get());
      }
    }
    return thresholds;
  }

  private Optional<Threshold> threshold(Scalar text, List<LimitPolicy> limits) {
    return mistakes.read(
        text,
        words -> {
          Threshold threshold = Threshold.parse(words);
          for (LimitPolicy limit : limits) {
            limit.withWarnAt(List.of(threshold));
          }
          return threshold;
        });
  }
}
