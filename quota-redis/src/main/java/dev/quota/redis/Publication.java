package dev.quota.redis;

import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.Rollout;
import dev.quota.scenario.Scenario;
import dev.quota.scenario.ScenarioFailure;
import dev.quota.scenario.ScenarioFile;
import dev.quota.source.PolicyText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Policies to publish. Immutable.
 *
 * @param text the policy file, with or without scenarios
 * @param scenarios more scenarios, which must hold too
 * @param by who publishes, 1 to 200 characters on one line; shown in the history
 * @param reason why, 1 to 200 characters on one line
 * @param basedOn the version that was in force when the policies were written; if it is not given,
 *     that in force when the publication begins
 * @param rollout the share of all subjects to whom it applies; empty for everybody
 */
public record Publication(
    PolicyText text,
    List<Scenario> scenarios,
    String by,
    String reason,
    OptionalLong basedOn,
    Optional<Rollout.Share> rollout) {

  private static final int LONGEST = 200;

  /**
   * Checks the values.
   *
   * @param text the component
   * @param scenarios the component
   * @param by the component
   * @param reason the component
   * @param basedOn the component
   * @param rollout the component
   * @throws IllegalArgumentException if {@code by} or {@code reason} is malformed, or {@code
   *     basedOn} is negative
   */
  public Publication {
    scenarios = List.copyOf(scenarios);
    requireLine("by", by);
    requireLine("reason", reason);
    if (basedOn.isPresent() && basedOn.getAsLong() < 0) {
      throw new IllegalArgumentException("basedOn must be at least 0, was " + basedOn.getAsLong());
    }
  }

  /**
   * Creates a publication for everybody.
   *
   * @param text the policy file, with or without scenarios
   * @param scenarios more scenarios, which must hold too
   * @param by who publishes
   * @param reason why
   * @param basedOn the version that was in force when the policies were written, if it is known
   * @throws IllegalArgumentException if {@code by} or {@code reason} is malformed, or {@code
   *     basedOn} is negative
   */
  public Publication(
      PolicyText text, List<Scenario> scenarios, String by, String reason, OptionalLong basedOn) {
    this(text, scenarios, by, reason, basedOn, Optional.empty());
  }

  static void requireLine(String name, String text) {
    if (text.isBlank()
        || text.codePointCount(0, text.length()) > LONGEST
        || text.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          name + " must be 1 to " + LONGEST + " characters on one line");
    }
  }

  /**
   * Reads a policy file and the file of scenarios beside it.
   *
   * @param file the policy file
   * @param by who publishes
   * @param reason why
   * @return the publication, based on the version in force
   * @throws PolicyException if a file cannot be read, or scenarios beside it have mistakes
   */
  public static Publication of(Path file, String by, String reason) {
    Path beside = ScenarioFile.beside(file);
    List<Scenario> scenarios = Files.exists(beside) ? ScenarioFile.read(beside) : List.of();
    return new Publication(read(file), scenarios, by, reason, OptionalLong.empty());
  }

  private static PolicyText read(Path file) {
    try {
      return PolicyText.of(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      // The reader of policies throws the exception that names the reason.
      PolicyFile.read(file);
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the same publication, based on a certain version.
   *
   * @param version that must be in force; 0 if there must be none yet
   * @return the publication
   */
  public Publication basedOn(long version) {
    return new Publication(text, scenarios, by, reason, OptionalLong.of(version), rollout);
  }

  /**
   * Returns the same publication for a share of all subjects. The rest stay on the version that is
   * in force for everybody. To widen a rollout, publish the same text with a larger share; to end
   * it, without a share.
   *
   * @param share such as {@code 10%}; see {@link Rollout.Share#parse}
   * @return the publication
   * @throws IllegalArgumentException if the share is malformed
   */
  public Publication rollout(String share) {
    return new Publication(
        text, scenarios, by, reason, basedOn, Optional.of(Rollout.Share.parse(share)));
  }

  /**
   * Reads the policies and runs all scenarios.
   *
   * @return the policies
   * @throws PolicyException if the text or its scenarios have mistakes; it lists all of them
   * @throws ScenariosFailedException if a scenario does not hold
   */
  public Policies check() {
    Policies policies = text.read();
    List<Scenario> all =
        new ArrayList<>(ScenarioFile.read(text.name(), new ByteArrayInputStream(text.content())));
    all.addAll(scenarios);
    List<ScenarioFailure> failures = new ArrayList<>();
    all.forEach(scenario -> failures.addAll(scenario.run(policies)));
    if (!failures.isEmpty()) {
      throw new ScenariosFailedException(failures);
    }
    return policies;
  }
}
