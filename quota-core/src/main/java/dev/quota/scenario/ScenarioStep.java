package dev.quota.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One step of a scenario.
 *
 * @param line its line, from 1
 * @param moment when it happens
 * @param charged true if it charges, false if it only checks
 * @param costs what it charges or checks
 * @param times how often
 * @param every the time between two of them
 * @param by who acts, if it is not the person of the scenario
 * @param plan the plan from this step on
 * @param expected the expectations after the last of them
 */
record ScenarioStep(
    int line,
    Moment moment,
    boolean charged,
    List<Cost> costs,
    int times,
    Duration every,
    Optional<String> by,
    Optional<String> plan,
    List<Expected> expected) {

  /** When something happens. */
  sealed interface Moment {

    /** At a moment. */
    record At(Instant instant) implements Moment {}

    /** A time after the step before; zero for the same moment. */
    record After(Duration duration) implements Moment {}
  }

  /**
   * A quota and how much of it.
   *
   * @param line its line, from 1
   * @param quota the name
   * @param units how many; empty for the usual cost
   */
  record Cost(int line, String quota, Optional<Long> units) {}

  /**
   * One expectation.
   *
   * @param line its line, from 1
   * @param what what it is about, such as {@code remaining}
   * @param value the expected value
   * @param actual finds the actual value
   */
  record Expected(int line, String what, String value, Function<Outcome, String> actual) {}
}
