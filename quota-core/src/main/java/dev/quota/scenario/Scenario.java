package dev.quota.scenario;

import dev.quota.policy.BillingAnchor;
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
 * A policy test: what a person does, step by step, and what is expected. Immutable. Several threads
 * may run it.
 */
public final class Scenario {

  private final String file;
  private final int line;
  private final String name;
  private final Given given;
  private final List<ScenarioStep> steps;

  /**
   * The person and the start of a scenario.
   *
   * @param plan the person's plan
   * @param zone the person's zone
   * @param language the language of sentences
   * @param groups the groups of the person
   * @param anchors the billing anchors of the person and of its groups
   * @param start the first time of the clock
   */
  record Given(
      Optional<String> plan,
      Optional<ZoneId> zone,
      Locale language,
      Map<Scope, String> groups,
      Map<Scope, BillingAnchor> anchors,
      Instant start) {}

  Scenario(String file, int line, String name, Given given, List<ScenarioStep> steps) {
    this.file = file;
    this.line = line;
    this.name = name;
    this.given = given;
    this.steps = List.copyOf(steps);
  }

  /** {@return the name of its file} */
  public String file() {
    return file;
  }

  /** {@return the line on which it begins, from 1} */
  public int line() {
    return line;
  }

  /** {@return its name} */
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
   * Runs the scenario on a new engine, which counts in memory. The run ends at the first step with
   * a failure.
   *
   * @param policies the policies to test
   * @return the failures of that step; empty if the scenario passes
   */
  public List<ScenarioFailure> run(Policies policies) {
    return new ScenarioRun(this, Objects.requireNonNull(policies, "policies")).run();
  }

  @Override
  public String toString() {
    return name;
  }
}
