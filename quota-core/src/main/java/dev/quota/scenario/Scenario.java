package dev.quota.scenario;

import dev.quota.policy.Policies;
import dev.quota.policy.Scope;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What happens to a person, step by step, and what is expected of it. Instances are immutable, and
 * may be run by several threads.
 */
public final class Scenario {

  private final String file;
  private final int line;
  private final String name;
  private final Given given;
  private final List<ScenarioStep> steps;

  /**
   * Who acts, and from when on.
   *
   * @param plan the person's plan
   * @param zone the person's zone
   * @param language of sentences
   * @param groups what the person belongs to
   * @param start what the clock shows first
   */
  record Given(
      Optional<String> plan,
      Optional<ZoneId> zone,
      Locale language,
      Map<Scope, String> groups,
      Instant start) {}

  Scenario(String file, int line, String name, Given given, List<ScenarioStep> steps) {
    this.file = file;
    this.line = line;
    this.name = name;
    this.given = given;
    this.steps = List.copyOf(steps);
  }

  /** {@return the name of the file that it is from} */
  public String file() {
    return file;
  }

  /** {@return the line on which it begins, from 1} */
  public int line() {
    return line;
  }

  /** {@return what it is about} */
  public String name() {
    return name;
  }

  Given given() {
    return given;
  }

  List<ScenarioStep> steps() {
    return steps;
  }

  /**
   * Runs the scenario on an engine of its own, which counts in memory. It ends at the first step of
   * which something does not hold.
   *
   * @param policies the policies that are tested
   * @return what does not hold; none if the scenario passes
   */
  public List<ScenarioFailure> run(Policies policies) {
    return new ScenarioRun(this, Objects.requireNonNull(policies, "policies")).run();
  }

  @Override
  public String toString() {
    return name;
  }
}
