package dev.quota.tool.replay;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaEvent;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Plan;
import dev.quota.tool.log.UsageRow;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts the decisions about the rows of a log by person. Not thread-safe. */
final class Tally {

  private static final String NO_PLAN = "(none)";

  final Counts all = new Counts();
  final Map<String, Counts> byPlan = new TreeMap<>();
  final Map<String, Counts> byQuota = new TreeMap<>();
  final Map<String, Used> used = new TreeMap<>();
  final Map<String, Long> refusalsByLimit = new TreeMap<>();
  final Map<String, Long> refusalsByCode = new TreeMap<>();
  final Map<String, Long> notCharged = new LinkedHashMap<>();
  final Moments refusals = new Moments();
  final Moments warnings = new Moments();
  final Waits waits = new Waits();
  private final ZoneId zone;
  private int person;

  /**
   * Starts to count.
   *
   * @param zone the zone of people who have none
   */
  Tally(ZoneId zone) {
    this.zone = zone;
  }

  /** Starts a row, before it is charged. */
  void begin(UsageRow row) {
    person = row.person();
  }

  void notCharged(UsageRow row) {
    all.seen(row.person());
    notCharged.merge(row.quota(), 1L, Long::sum);
  }

  /** Counts an event of the engine about the current row. */
  void on(QuotaEvent event) {
    if (event instanceof QuotaEvent.Charged charged) {
      used.computeIfAbsent(charged.quota(), name -> new Used()).add(person, charged.units());
    } else if (event instanceof QuotaEvent.ThresholdCrossed crossed) {
      all.warned(person);
      plan(crossed.plan()).warned(person);
      quota(crossed.quota()).warned(person);
      warnings.add(crossed.at(), crossed.subject().zone().orElse(zone), crossed.limit());
    } else if (event instanceof QuotaEvent.ShadowRefused refused) {
      all.shadowRefused(person);
      plan(refused.plan()).shadowRefused(person);
      quota(refused.quota()).shadowRefused(person);
    }
  }

  void end(UsageRow row, Decision decision) {
    QuotaSnapshot states = decision.states();
    all.seen(person);
    Counts plan = plan(states.plan());
    plan.seen(person);
    Counts quota = quota(row.quota());
    quota.seen(person);
    if (decision instanceof Decision.Allowed allowed) {
      if (allowed.isDegraded()) {
        all.degraded(person);
        plan.degraded(person);
        quota.degraded(person);
      }
    } else {
      boolean warnedBefore = all.people.has(person, People.WARNED);
      all.refused(person);
      plan.refusals++;
      plan.refused(person, warnedBefore);
      quota.refused(person);
      refused(row, decision, states);
    }
  }

  private void refused(UsageRow row, Decision decision, QuotaSnapshot states) {
    QuotaState state = states.binding();
    LimitState limit = state.binding();
    refusalsByLimit.merge(limit.qualifiedName(), 1L, Long::sum);
    refusalsByCode.merge(QuotaMessages.code(state), 1L, Long::sum);
    refusals.add(states.now(), states.zone(), limit);
    if (decision instanceof Decision.Denied denied) {
      waits.add(denied.retryAfter(), row.line(), limit.qualifiedName());
    } else {
      waits.addNever();
    }
  }

  private Counts plan(Optional<Plan> plan) {
    return byPlan.computeIfAbsent(plan.map(Plan::name).orElse(NO_PLAN), name -> new Counts());
  }

  private Counts quota(String name) {
    return byQuota.computeIfAbsent(name, key -> new Counts());
  }
}
