package dev.quota.tool;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.redis.StoredUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How many people have used more of a limit than a smaller capacity grants. A store does not know
 * plans, so these are people on any plan.
 *
 * @param limit the limit, such as {@code chat.daily}
 * @param scope whom it counts
 * @param capacity the smaller capacity
 * @param use how many
 */
record Affected(String limit, Scope scope, long capacity, StoredUse.Above use) {

  /** Asks Redis about each capacity that gets smaller on a plan. */
  static List<Affected> by(Policies before, Policies after, String redis, String keyPrefix) {
    List<Affected> all = new ArrayList<>();
    try (StoredUse use = StoredUse.connect(redis, keyPrefix)) {
      for (QuotaPolicy was : before.quotas().values()) {
        QuotaPolicy is = after.quotas().get(was.name());
        if (is != null) {
          all.addAll(by(was, is, before, use));
        }
      }
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()), e);
    }
    return all;
  }

  private static List<Affected> by(
      QuotaPolicy was, QuotaPolicy is, Policies before, StoredUse use) {
    List<Affected> all = new ArrayList<>();
    for (LimitPolicy limit : was.limits()) {
      String name = was.name() + "." + limit.name();
      Scope scope = limit.scope().orElse(was.scope());
      for (long smaller : smaller(was, is, limit, before)) {
        use.above(was, limit, smaller)
            .ifPresent(found -> all.add(new Affected(name, scope, smaller, found)));
      }
    }
    return all;
  }

  private static TreeSet<Long> smaller(
      QuotaPolicy was, QuotaPolicy is, LimitPolicy limit, Policies before) {
    TreeSet<Long> found = new TreeSet<>();
    Optional<LimitPolicy> now =
        is.limits().stream().filter(it -> it.name().equals(limit.name())).findFirst();
    if (now.isEmpty() || !now.get().window().equals(limit.window())) {
      return found;
    }
    List<String> plans = new ArrayList<>(before.plans().keySet());
    plans.add("");
    for (String plan : plans) {
      long old = units(was, limit, plan);
      long units = units(is, now.get(), plan);
      if (units < old && (!plan.isEmpty() || plans.size() == 1)) {
        found.add(units);
      }
    }
    return found;
  }

  private static long units(QuotaPolicy policy, LimitPolicy limit, String plan) {
    Capacity capacity =
        policy
            .planCapacities()
            .getOrDefault(plan, Map.of())
            .getOrDefault(limit.name(), limit.capacity());
    return capacity instanceof Capacity.Limited limited ? limited.units() : Long.MAX_VALUE;
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("limit", limit);
    json.put("scope", scope.text());
    json.put("capacity", capacity);
    json.put("counted", use.counted());
    json.put("above", use.above());
    json.put("unread", use.unread());
    return json;
  }

  @Override
  public String toString() {
    String who = scope == Scope.USER ? "people" : scope.text() + "s";
    String unread =
        use.unread() == 0
            ? ""
            : String.format(Locale.ROOT, "; %,d counts could not be read", use.unread());
    return String.format(
        Locale.ROOT,
        "%s: %,d of %,d %s have used more than %d now, on whatever plan%s",
        limit,
        use.above(),
        use.counted(),
        who,
        capacity,
        unread);
  }
}
