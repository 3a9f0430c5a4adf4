package dev.quota.scenario;

/**
 * One expectation of a scenario that was not met. Values are immutable.
 *
 * @param file the file of the scenario
 * @param line the line of the expectation, from 1
 * @param scenario the name of the scenario
 * @param step the number of the step, from 1
 * @param what what the expectation is about, such as {@code remaining}
 * @param expected the expected value
 * @param actual the actual value
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
