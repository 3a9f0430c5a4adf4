package dev.quota;

import dev.quota.policy.Policies;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The version of the policies that a node uses, and why it does not use a newer one. Immutable.
 *
 * @param version {@link Policies#version} of the policies in force
 * @param since when they came into force on this node, by the clock of the engine
 * @param source where policies come from, such as {@code file /etc/app/quotas.yaml}; {@code
 *     application} without a source
 * @param origin where the policies in force come from
 * @param refused the newest version of the source, if it was refused
 * @param problem why the source cannot be read at the moment; empty if it can
 * @param overdue quotas whose policy was to be reviewed before today, in the order of the policies
 * @param rollout to whom that version applies; empty for everybody
 */
public record PolicyStatus(
    String version,
    Instant since,
    String source,
    Origin origin,
    Optional<Refused> refused,
    Optional<String> problem,
    List<Overdue> overdue,
    Optional<RollingOut> rollout) {

  /**
   * Copies the list.
   *
   * @param version the component
   * @param since the component
   * @param source the component
   * @param origin the component
   * @param refused the component
   * @param problem the component
   * @param overdue the component
   * @param rollout the component
   */
  public PolicyStatus {
    overdue = List.copyOf(overdue);
  }

  /**
   * A version that applies to a share of all subjects.
   *
   * @param share such as {@code 10%}
   * @param before the version that applies to the rest
   */
  public record RollingOut(String share, String before) {}

  static Optional<RollingOut> rollout(Policies policies) {
    return policies
        .rollout()
        .map(it -> new RollingOut(it.share().toString(), it.before().version()));
  }

  /** The origin of the policies in force. */
  public enum Origin {
    /** The source has, or had, this version. */
    SOURCE,
    /** The source could not be used, so the node started on the copy of its last good version. */
    LAST_GOOD_COPY,
    /** The application gave them in code. */
    APPLICATION
  }

  /**
   * A version that was not put into force.
   *
   * @param version its name
   * @param at when it was refused, by the clock of the engine
   * @param mistakes everything that is wrong with it, at least one sentence
   */
  public record Refused(String version, Instant at, List<String> mistakes) {

    /**
     * Copies the list.
     *
     * @param version the component
     * @param at the component
     * @param mistakes the component
     */
    public Refused {
      mistakes = List.copyOf(mistakes);
    }
  }

  /**
   * A policy that was to be reviewed before today, in UTC.
   *
   * @param quota the quota's name
   * @param owner who answers for it, if the policy says so
   * @param reviewBy the last day on which the review was in time
   */
  public record Overdue(String quota, Optional<String> owner, LocalDate reviewBy) {

    @Override
    public String toString() {
      return quota + " (" + owner.map(name -> name + ", ").orElse("") + reviewBy + ")";
    }
  }

  static PolicyStatus fixed(PolicyRegistry policies) {
    return new PolicyStatus(
        policies.view().policies().version(),
        policies.since(),
        "application",
        Origin.APPLICATION,
        Optional.empty(),
        Optional.empty(),
        policies.overdue(),
        rollout(policies.view().policies()));
  }

  /**
   * Returns whether the newest version is in force, as far as this node knows.
   *
   * @return false if a version was refused, or the source cannot be read
   */
  public boolean isCurrent() {
    return refused.isEmpty() && problem.isEmpty();
  }

  /**
   * Returns the status in words for an operator.
   *
   * @return one line; the mistakes of a refused version are in {@link #refused}
   */
  public String detail() {
    StringBuilder text = new StringBuilder("Policies " + version);
    switch (origin) {
      case SOURCE -> text.append(" of ").append(source);
      case LAST_GOOD_COPY -> text.append(", the copy of the last good version of ").append(source);
      case APPLICATION -> text.append(" of the application");
    }
    rollout.ifPresent(
        it ->
            text.append(", for ")
                .append(it.share())
                .append("; ")
                .append(it.before())
                .append(" for the rest"));
    text.append('.');
    refused.ifPresent(
        it ->
            text.append(" Version ")
                .append(it.version())
                .append(" was refused: ")
                .append(it.mistakes().get(0))
                .append(it.mistakes().size() > 1 ? " …" : ""));
    problem.ifPresent(it -> text.append(' ').append(source).append(" cannot be read: ").append(it));
    if (!overdue.isEmpty()) {
      text.append(" Reviews are overdue: ")
          .append(overdue.stream().map(Overdue::toString).collect(Collectors.joining(", ")))
          .append('.');
    }
    return text.toString();
  }
}
