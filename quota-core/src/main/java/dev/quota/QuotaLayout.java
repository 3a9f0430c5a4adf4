package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitKind;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.policy.Threshold;
import dev.quota.spi.LimitSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Arranges the limits of a quota as entries of a store's command. Limits that count the same amount
 * on one scope share an entry. Not thread-safe.
 */
final class QuotaLayout {

  private record Line(
      LimitPolicy limit,
      LimitSpec spec,
      Scope scope,
      boolean isCounted,
      boolean isShadow,
      Optional<CapacityChange> change) {

    Group group() {
      return new Group(scope, limit.countsCalls(), isShadow);
    }
  }

  private record Group(Scope scope, boolean calls, boolean shadow) {}

  private final QuotaPolicy policy;
  private final List<Line> lines = new ArrayList<>();

  QuotaLayout(QuotaPolicy policy) {
    this.policy = policy;
  }

  /**
   * Adds a limit, in the order of the policy.
   *
   * @param scope what it counts on
   * @param isCounted whether a store counts it
   * @param change why the capacity is not the usual one
   */
  void add(
      LimitPolicy limit,
      LimitSpec spec,
      Scope scope,
      boolean isCounted,
      Optional<CapacityChange> change) {
    lines.add(new Line(limit, spec, scope, isCounted, policy.isShadow(limit), change));
  }

  /** Returns all limits in the order of the policy, with their positions in the entries. */
  ResolvedLimit[] limits() {
    List<Group> groups = groups();
    int[] sizes = new int[groups.size()];
    ResolvedLimit[] limits = new ResolvedLimit[lines.size()];
    for (int i = 0; i < limits.length; i++) {
      Line line = lines.get(i);
      int entry = line.isCounted() ? groups.indexOf(line.group()) : ResolvedLimit.NOT_STORED;
      int index = line.isCounted() ? sizes[entry]++ : 0;
      limits[i] =
          new ResolvedLimit(
              policy.name(),
              line.limit(),
              line.spec(),
              line.scope(),
              thresholds(line.limit(), line.spec()),
              line.isShadow(),
              line.change(),
              entry,
              index);
    }
    return limits;
  }

  /**
   * Returns the entries.
   *
   * @param nodes how many nodes share the capacity while the store is away
   */
  QuotaEntry[] entries(int nodes) {
    // The counts of a quota are kept when all of it changes its mode.
    boolean apart = !policy.isShadow();
    return groups().stream().map(group -> entry(group, apart, nodes)).toArray(QuotaEntry[]::new);
  }

  private QuotaEntry entry(Group group, boolean apart, int nodes) {
    String key = EntryKey.of(policy.name(), group.calls(), group.shadow() && apart);
    List<LimitSpec> specs = specs(group);
    return new QuotaEntry(key, group.scope(), group.calls(), group.shadow(), specs, specs)
        .dividedBy(nodes);
  }

  /**
   * Returns the groups. Enforced ones that count units come first, because what they take is what
   * the quota takes.
   */
  private List<Group> groups() {
    return lines.stream()
        .filter(Line::isCounted)
        .map(Line::group)
        .distinct()
        .sorted(Comparator.comparing(Group::shadow).thenComparing(Group::calls))
        .toList();
  }

  private List<LimitSpec> specs(Group group) {
    // A list of a stream may have nulls, so each command of a store would copy it.
    return List.copyOf(
        lines.stream()
            .filter(line -> line.isCounted() && line.group().equals(group))
            .map(Line::spec)
            .toList());
  }

  private List<Threshold> thresholds(LimitPolicy limit, LimitSpec spec) {
    if (spec.capacity() instanceof Capacity.Limited limited && limited.units() > 0) {
      List<Threshold> fallback =
          limit.window().kind() == LimitKind.BUDGET ? policy.warnAt() : List.of();
      return limit.warnAt().orElse(fallback);
    }
    return List.of();
  }
}
