package dev.quota.scenario;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Scalar;
import dev.quota.internal.yaml.YamlNode.Sequence;
import dev.quota.policy.Capacity;
import dev.quota.scenario.ScenarioStep.Cost;
import dev.quota.scenario.ScenarioStep.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the steps of one scenario, in their order. Not thread-safe. */
final class StepReader {

  private static final List<String> KEYS =
      List.of("at", "after", "charge", "check", "times", "every", "by", "plan", "expect");
  private static final Pattern COST = Pattern.compile("(?:(\\d[\\d_]{0,20}) )?([a-z][a-z0-9_-]*)");
  private static final int MOST_TIMES = 100_000;

  private final Moments moments;
  private final Locale language;
  private final Mistakes mistakes;
  private Instant latest;

  StepReader(Moments moments, Locale language, Instant start, Mistakes mistakes) {
    this.moments = moments;
    this.language = language;
    this.latest = start;
    this.mistakes = mistakes;
  }

  Optional<ScenarioStep> read(YamlNode node) {
    Optional<Mapping> mapping =
        node.asMapping("a step must be a mapping such as {charge: 1 chat}", mistakes);
    if (mapping.isEmpty()) {
      return Optional.empty();
    }
    Keys keys = new Keys(mapping.get(), KEYS, mistakes);
    Moment moment = moment(keys);
    boolean charged = isCharge(keys, node);
    int times = keys.read("times", StepReader::times).orElse(1);
    Duration every = keys.read("every", DurationWords::parse).orElse(Duration.ZERO);
    latest = latest.plus(every.multipliedBy(times - 1L));
    if (keys.has("every") && !keys.has("times")) {
      keys.mistake("every", "`every` is allowed only beside `times`");
    }
    List<Cost> costs = costs(keys, charged ? "charge" : "check");
    return Optional.of(
        new ScenarioStep(
            node.at().line(),
            moment,
            charged,
            costs,
            times,
            every,
            keys.text("by"),
            keys.text("plan"),
            new ExpectedReader(moments.zone(), language, mistakes).read(keys, charged, node.at())));
  }

  /** Returns whether a step charges, and does not only check. */
  private boolean isCharge(Keys keys, YamlNode node) {
    boolean charged = keys.has("charge");
    if (charged == keys.has("check")) {
      mistakes.add(node.at(), "a step must have one of the keys `charge` and `check`");
    }
    return charged;
  }

  private Moment moment(Keys keys) {
    if (keys.has("at") && keys.has("after")) {
      keys.mistake("after", "a step may have one of the keys `at` and `after`");
    }
    Optional<Instant> at = keys.read("at", moments::parse);
    if (at.isPresent()) {
      if (at.get().isBefore(latest)) {
        keys.mistake("at", "a step must not be earlier than the one before");
      }
      latest = at.get();
      return new Moment.At(at.get());
    }
    Duration after = keys.read("after", DurationWords::parse).orElse(Duration.ZERO);
    latest = latest.plus(after);
    return new Moment.After(after);
  }

  private static int times(String text) {
    if (!text.matches("\\d{1,6}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > MOST_TIMES) {
      throw new IllegalArgumentException(
          "times must be a number from 1 to " + MOST_TIMES + ", was \"" + text + "\"");
    }
    return Integer.parseInt(text);
  }

  private List<Cost> costs(Keys keys, String key) {
    List<Cost> costs = new ArrayList<>();
    Optional<YamlNode> node = keys.node(key);
    if (node.isPresent() && node.get() instanceof Sequence list && key.equals("charge")) {
      list.items().forEach(item -> cost(item, costs));
      if (list.items().isEmpty()) {
        keys.mistake(key, "`charge` must name at least one quota");
      }
    } else if (node.isPresent()) {
      cost(node.get(), costs);
    }
    return costs;
  }

  private void cost(YamlNode node, List<Cost> costs) {
    Optional<Scalar> scalar = node.asScalar("expected units and a quota, such as 1 chat", mistakes);
    if (scalar.isPresent()) {
      int line = scalar.get().at().line();
      mistakes.read(scalar.get(), text -> cost(line, text)).ifPresent(costs::add);
    }
  }

  private static Cost cost(int line, String text) {
    Matcher cost = COST.matcher(text);
    if (!cost.matches()) {
      throw new IllegalArgumentException(
          "expected units and a quota, such as 1 chat, was \"" + text + "\"");
    }
    return new Cost(line, cost.group(2), Optional.ofNullable(cost.group(1)).map(StepReader::units));
  }

  static long units(String text) {
    String digits = text.replace("_", "");
    if (!digits.matches("\\d{1,16}") || Long.parseLong(digits) > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "expected a whole number from 0 to " + Capacity.MAX_UNITS + ", was \"" + text + "\"");
    }
    return Long.parseLong(digits);
  }
}
