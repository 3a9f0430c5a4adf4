package dev.quota.scenario;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaEvent;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.store.ManualClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Runs one scenario. Not thread-safe. */
final class ScenarioRun {

  private static final String SOMEBODY = "somebody";

  private final Scenario scenario;
  private final Policies policies;
  private final ManualClock clock;
  private final List<ScenarioFailure> failures = new ArrayList<>();
  private Optional<String> plan;

  /** The quotas whose shadow would have refused the step. */
  private final Set<String> shadowRefused = new HashSet<>();

  ScenarioRun(Scenario scenario, Policies policies) {
    this.scenario = scenario;
    this.policies = policies;
    clock = new ManualClock(scenario.given().start());
    plan = scenario.given().plan();
  }

  List<ScenarioFailure> run() {
    requirePlan(scenario.line(), 1, plan);
    try (Quotas quotas =
        Quotas.builder().policies(policies).clock(clock).listener(this::heard).build()) {
      for (int i = 0; i < scenario.steps().size() && failures.isEmpty(); i++) {
        run(quotas, scenario.steps().get(i), i + 1);
      }
    }
    return List.copyOf(failures);
  }

  private void heard(QuotaEvent event) {
    if (event instanceof QuotaEvent.ShadowRefused refused) {
      shadowRefused.add(refused.quota());
    }
  }

  private void requirePlan(int line, int step, Optional<String> name) {
    if (name.isPresent() && !policies.plans().containsKey(name.get())) {
      fail(line, step, "plan", "one of " + policies.plans().keySet(), name.get());
    }
  }

  private void fail(int line, int step, String what, String expected, String actual) {
    failures.add(
        new ScenarioFailure(scenario.file(), line, scenario.name(), step, what, expected, actual));
  }

  private void run(Quotas quotas, ScenarioStep step, int number) {
    move(step);
    step.plan().ifPresent(name -> plan = Optional.of(name));
    requirePlan(step.line(), number, step.plan());
    step.costs().stream()
        .filter(cost -> !policies.names().contains(cost.quota()))
        .forEach(
            cost -> fail(cost.line(), number, "quota", "one of " + policies.names(), cost.quota()));
    if (!failures.isEmpty()) {
      return;
    }
    Subject subject = subject(step);
    for (int i = 1; i < step.times(); i++) {
      Outcome before = act(quotas, subject, step);
      if (!before.result().equals("allowed")) {
        fail(
            step.line(), number, "charge " + i + " of " + step.times(), "allowed", before.result());
        return;
      }
      clock.advance(step.every());
    }
    compare(act(quotas, subject, step), step, number);
  }

  private void move(ScenarioStep step) {
    if (step.moment() instanceof ScenarioStep.Moment.At at) {
      clock.set(at.instant());
    } else if (step.moment() instanceof ScenarioStep.Moment.After after) {
      clock.advance(after.duration());
    }
  }

  private Subject subject(ScenarioStep step) {
    Scenario.Given given = scenario.given();
    Subject.Builder subject =
        Subject.builder(Subject.Kind.USER, step.by().orElse(SOMEBODY)).locale(given.language());
    plan.ifPresent(subject::plan);
    given.zone().ifPresent(subject::zone);
    given.groups().forEach(subject::group);
    given.anchors().forEach(subject::billingAnchor);
    return subject.build();
  }

  private Outcome act(Quotas quotas, Subject subject, ScenarioStep step) {
    List<Charge> charges = step.costs().stream().map(this::charge).toList();
    shadowRefused.clear();
    if (!step.charged()) {
      Charge one = charges.get(0);
      return new Outcome(
          quotas.check(subject, one.quota(), one.cost()), Optional.empty(), Set.of());
    }
    Decision decision = quotas.charge(subject, charges);
    if (decision instanceof Decision.Allowed allowed) {
      allowed.receipt().close();
    }
    return new Outcome(decision.states(), Optional.of(decision), Set.copyOf(shadowRefused));
  }

  private Charge charge(ScenarioStep.Cost cost) {
    QuotaPolicy policy = Objects.requireNonNull(policies.quotas().get(cost.quota()));
    return new Charge(cost.quota(), cost.units().orElse(policy.usualCost()));
  }

  private void compare(Outcome outcome, ScenarioStep step, int number) {
    for (ScenarioStep.Expected expected : step.expected()) {
      String actual;
      try {
        actual = expected.actual().apply(outcome);
      } catch (IllegalArgumentException e) {
        actual = "not there: " + e.getMessage();
      }
      if (!actual.equals(expected.value())) {
        fail(expected.line(), number, expected.what(), expected.value(), actual);
      }
    }
  }
}
