package dev.quota.benchmarks.redis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The options of the command line.
 *
 * @param contenders the contenders, in the order of the tables
 * @param sections the tables that are made, such as "load"
 * @param users the number of users in the measurements with many users
 * @param pool connections per node
 * @param rounds how often each contender is measured
 * @param measured the measured time of each round
 * @param warmUp the time of warm-up before the first round
 */
record Options(
    List<Entrant> contenders,
    List<String> sections,
    int users,
    int pool,
    int rounds,
    Duration measured,
    Duration warmUp) {

  /** Reads pairs of {@code --name value}; missing options have their defaults. */
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
   * Returns all contenders. The baseline is always among them, because all results are divided by
   * it.
   */
  List<Entrant> withFloor() {
    return Stream.concat(Stream.of(Entrant.FLOOR), contenders.stream()).distinct().toList();
  }
}
