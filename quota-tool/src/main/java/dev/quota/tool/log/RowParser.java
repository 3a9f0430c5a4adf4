package dev.quota.tool.log;

import dev.quota.internal.text.Shown;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a row into a charge for each set of policies. Not thread-safe. */
final class RowParser {

  private static final int MOST_NAMES = 1_000;

  private final List<Policies> policies;
  private final Columns columns;
  private final RowTime times;
  private final Optional<String> usualQuota;
  private final People people;
  private final Set<String> quotas = new LinkedHashSet<>();
  private final Set<String> plans = new LinkedHashSet<>();
  private final Map<String, Long> unknownPlans = new TreeMap<>();
  private final Map<String, String> quotaNames = new HashMap<>();

  RowParser(List<Policies> policies, Columns columns, LogOptions options, People people) {
    this.policies = policies;
    this.columns = columns;
    this.times = options.times();
    this.people = people;
    for (Policies each : policies) {
      quotas.addAll(each.names());
      plans.addAll(each.plans().keySet());
    }
    quotas.forEach(name -> quotaNames.put(name, name));
    usualQuota =
        options
            .quota()
            .or(() -> quotas.size() == 1 ? quotas.stream().findFirst() : Optional.empty());
    usualQuota.ifPresent(this::requireKnown);
  }

  private void requireKnown(String quota) {
    if (!quotas.contains(quota)) {
      throw new LogException(
          "unknown quota " + Shown.text(quota) + "; the quotas are " + String.join(", ", quotas));
    }
  }

  /** Returns the plans that no policy has, with the number of their rows. */
  Map<String, Long> unknownPlans() {
    return new LinkedHashMap<>(unknownPlans);
  }

  UsageRow parse(RawRow raw) {
    if (raw.problem != null) {
      throw new BadRowException("row", raw.problem);
    }
    long millis = times.parse(required(raw, Columns.TIME));
    String id = readable("subject", required(raw, Columns.SUBJECT));
    String quota = quota(raw);
    long[] costs = costs(raw, quota);
    People.Person person = people.person(id, raw);
    String plan = raw.cell(Columns.PLAN);
    if (plan != null && !plans.contains(plan)) {
      unknown(plan);
    }
    long before = costs.length > 1 ? costs[1] : UsageRow.NOT_CHARGED;
    return new UsageRow(raw.line, millis, person.number, person.subject(), quota, costs[0], before);
  }

  private void unknown(String plan) {
    String shown = Shown.onOneLine(plan.length() > 64 ? plan.substring(0, 64) : plan);
    if (unknownPlans.containsKey(shown) || unknownPlans.size() < MOST_NAMES) {
      unknownPlans.merge(shown, 1L, Long::sum);
    } else {
      unknownPlans.merge("(others)", 1L, Long::sum);
    }
  }

  private String required(RawRow raw, int column) {
    String cell = raw.cell(column);
    if (cell == null) {
      String name = columns.name(column);
      throw new BadRowException(name, name + " is missing");
    }
    return cell;
  }

  /** Refuses U+FFFD, because two different ids that could not be decoded would become one. */
  private static String readable(String column, String cell) {
    for (int i = 0; i < cell.length(); i++) {
      char c = cell.charAt(i);
      if (c == '\uFFFD' || c == '\n' || c == '\r' || c == 0) {
        throw new BadRowException(
            column,
            column
                + (c == '\uFFFD'
                    ? " has bytes that are no text; say the encoding with --encoding"
                    : " has a line break or a NUL; perhaps a quote is not closed"));
      }
    }
    return cell;
  }

  private String quota(RawRow raw) {
    String named = raw.cell(Columns.QUOTA);
    if (named == null && usualQuota.isPresent()) {
      return usualQuota.get();
    }
    String known = named == null ? null : quotaNames.get(named);
    if (known == null) {
      throw new BadRowException(
          "quota",
          named == null
              ? "quota is missing; say which one with --quota, or name the column with --column"
              : "unknown quota "
                  + Shown.text(named)
                  + "; the quotas are "
                  + String.join(", ", quotas.stream().limit(24).toList()));
    }
    return known;
  }

  private long[] costs(RawRow raw, String quota) {
    String cost = raw.cell(Columns.COST);
    long units = cost == null ? 0 : Numbers.units("cost", cost);
    UsageReport used = cost == null ? usage(raw) : null;
    long[] costs = new long[policies.size()];
    boolean charged = false;
    for (int i = 0; i < costs.length; i++) {
      QuotaPolicy policy = policies.get(i).quotas().get(quota);
      // The newest policies come first. If they have no price for the row, the row is bad.
      costs[i] =
          policy == null
              ? UsageRow.NOT_CHARGED
              : cost != null ? units : computed(policy, raw, used, i > 0);
      charged |= costs[i] != UsageRow.NOT_CHARGED;
    }
    if (!charged) {
      throw new BadRowException("quota", "no policy has the quota");
    }
    return costs;
  }

  private long computed(QuotaPolicy policy, RawRow raw, @Nullable UsageReport used, boolean older) {
    try {
      boolean formula = policy.cost().isPresent() || !policy.modelCosts().isEmpty();
      String tokens = raw.cell(Columns.TOKENS);
      if (tokens != null && used == null) {
        return lone(policy, tokens, formula);
      }
      if (used == null) {
        return usual(policy);
      }
      return policy.costOf(used);
    } catch (IllegalArgumentException e) {
      if (older) {
        return UsageRow.NOT_CHARGED;
      }
      throw new BadRowException("model", String.valueOf(e.getMessage()));
    }
  }

  private static long lone(QuotaPolicy policy, String tokens, boolean formula) {
    if (formula) {
      throw new BadRowException(
          "tokens",
          "the quota "
              + policy.name()
              + " has a price for each kind of tokens; name columns such as input_tokens and"
              + " output_tokens with --column");
    }
    return Numbers.units("tokens", tokens);
  }

  private long usual(QuotaPolicy policy) {
    for (int column : new int[] {Columns.COST, Columns.TOKENS}) {
      if (columns.has(column)) {
        throw new BadRowException(columns.name(column), columns.name(column) + " is missing");
      }
    }
    if (columns.hasUsage()) {
      throw new BadRowException("tokens", "the numbers of tokens are missing");
    }
    return policy.usualCost();
  }

  /** Returns the use of a call; null if the row has none. */
  private @Nullable UsageReport usage(RawRow raw) {
    UsageReport.Builder report = UsageReport.builder();
    boolean any = false;
    for (int i = Columns.USAGE; i < columns.count(); i++) {
      String cell = raw.cell(i);
      if (cell != null) {
        any = true;
        UsageCells.set(report, columns.name(i), Numbers.units(columns.name(i), cell));
      }
    }
    if (!any) {
      return null;
    }
    try {
      String model = raw.cell(Columns.MODEL);
      if (model != null) {
        report.model(model);
      }
      return report.build();
    } catch (IllegalArgumentException e) {
      throw new BadRowException("tokens", String.valueOf(e.getMessage()));
    }
  }
}
