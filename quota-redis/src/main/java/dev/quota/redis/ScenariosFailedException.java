package dev.quota.redis;

import dev.quota.scenario.ScenarioFailure;
import java.util.List;
import java.util.stream.Collectors;

/** Scenarios of policies do not hold, so the policies were not published. */
public final class ScenariosFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<ScenarioFailure> failures;

  ScenariosFailedException(List<ScenarioFailure> failures) {
    super(failures.stream().map(ScenarioFailure::toString).collect(Collectors.joining("\n")));
    this.failures = List.copyOf(failures);
  }

  /** {@return the scenarios that fail, at least one} */
  public List<ScenarioFailure> failures() {
    return failures;
  }
}
