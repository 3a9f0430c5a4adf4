package dev.quota.benchmarks.redis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the command line can change.
 *
 * @param contenders who takes part, in the order of the tables
 * @param sections which tables are made, such as "load"
 * @param users how many people are decided about where it is not one
 * @param pool connections per node
 * @param rounds how often everybody is measured
 * @param measured for how long in each round
 * @param warmUp for how long everybody works before the first round
 */
record Options(
    List<Entrant> contenders,
    List<String> sections,
    int users,
    int pool,
    int rounds,
    Duration measured,
    Duration warmUp) {

  /** Reads pairs of {@code --name value}; what is not named has its default. */
  static Options parse(String[] arguments, String defaultSections, int defaultUsers) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("--contenders", String.join(",", Entrant.ALL.stream().map(Entrant::name).toList()));
    values.put("--sections", defaultSections);
    values.put("--users", Integer.toString(defaultUsers));
    values.put("--pool", "8");
    values.put("--rounds", "9");
    values.put("--millis", "500");
    values.put("--warm-up-millis", "1500");
    for (int i = 0; i < arguments.length; i += 2) {
      if (!values.containsKey(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "arguments must be pairs of a name of " + values + " and a value, was " + arguments[i]);
      }
      values.put(arguments[i], arguments[i + 1]);
    }
    return new Options(
        list(values, "--contenders").map(Entrant::named).toList(),
        list(values, "--sections").toList(),
        number(values, "--users"),
        number(values, "--pool"),
        number(values, "--rounds"),
        Duration.ofMillis(number(values, "--millis")),
        Duration.ofMillis(number(values, "--warm-up-millis")));
  }

  private static Stream<String> list(Map<String, String> values, String name) {
    return Stream.of(values.getOrDefault(name, "").split(",", -1));
  }

  private static int number(Map<String, String> values, String name) {
    return Integer.parseInt(values.getOrDefault(name, ""));
  }

  /**
   * Returns everybody who takes part; the floor always does, since it is what all is divided by.
   */
  List<Entrant> withFloor() {
    return Stream.concat(Stream.of(Entrant.FLOOR), contenders.stream()).distinct().toList();
  }
}
