package dev.quota.scenario;

/**
 * One expectation of a scenario that does not hold. Values are immutable.
 *
 * @param file the file of the scenario
 * @param line the line of the expectation, from 1
 * @param scenario the name of the scenario
 * @param step which of its steps, from 1
 * @param what what was expected of, such as {@code remaining}
 * @param expected what the scenario says
 * @param actual what was
 */
public record ScenarioFailure(
    String file, int line, String scenario, int step, String what, String expected, String actual) {

  /** Returns one line: {@code quotas.yaml:31: step 2 of "…": remaining must be 0, was 5}. */
  @Override
  public String toString() {
    return file
        + ":"
        + line
        + ": step "
        + step
        + " of \""
        + scenario
        + "\": "
        + what
        + " must be "
        + expected
        + ", was "
        + actual;
  }
}
