package dev.quota;

import dev.quota.policy.LimitOverride;
import dev.quota.policy.Scope;
import dev.quota.store.QuotaClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives subjects the capacities that they have instead of those of everybody: overrides, and their
 * own caps. An override that has ended is not used any more. Thread-safe.
 */
final class Exceptions {

  /** The cache has a bound, because people may choose their caps. */
  private static final int MAX_CACHED = 1_000;

  private final Map<String, List<LimitOverride>> bySubject = new HashMap<>();
  private final QuotaClock clock;
  private final Map<Key, PolicyView.Resolved> cache = new ConcurrentHashMap<>();

  /** Compares the usual quotas by identity, because comparing their content takes too long. */
  private record Key(
      Map<String, ResolvedQuota> usual, ZoneSource source, Map<String, ChangedCapacity> changes) {

    @Override
    @SuppressWarnings("ReferenceEquality") // a view creates each value once
    public boolean equals(Object other) {
      return other instanceof Key key
          && key.usual == usual
          && key.source == source
          && key.changes.equals(changes);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(usual) + changes.hashCode();
    }
  }

  Exceptions(List<LimitOverride> overrides, QuotaClock clock) {
    this.clock = clock;
    overrides.forEach(
        it -> bySubject.computeIfAbsent(it.subject(), key -> new ArrayList<>()).add(it));
  }

  /** Returns the quotas as a subject sees them. */
  PolicyView.Resolved of(PolicyView.Resolved usual, Subject subject) {
    if (bySubject.isEmpty() && subject.caps().isEmpty()) {
      return usual;
    }
    Map<String, ChangedCapacity> changes = changes(subject);
    if (changes.isEmpty()) {
      return usual;
    }
    Key key = new Key(usual.quotas(), usual.zoneSource(), changes);
    PolicyView.Resolved known = cache.get(key);
    if (known == null) {
      known = changed(usual, changes);
      if (cache.size() < MAX_CACHED) {
        cache.put(key, known);
      }
    }
    return known;
  }

  /** Returns the changes by the qualified name of their limit. */
  private Map<String, ChangedCapacity> changes(Subject subject) {
    Map<String, ChangedCapacity> changes = new HashMap<>();
    if (!bySubject.isEmpty()) {
      // The last one counts.
      for (Scope scope : List.of(Scope.ORG, Scope.TEAM)) {
        String group = subject.groups().get(scope);
        if (group != null) {
          add(LimitOverride.group(scope, group), changes);
        }
      }
      add(
          subject.kind() == Subject.Kind.USER
              ? LimitOverride.user(subject.id())
              : LimitOverride.address(subject.id()),
          changes);
    }
    subject
        .caps()
        .forEach(
            (limit, units) ->
                changes.put(limit, changes.getOrDefault(limit, ChangedCapacity.NONE).with(units)));
    return changes;
  }

  private void add(String digest, Map<String, ChangedCapacity> changes) {
    Instant now = Instant.ofEpochMilli(clock.millis());
    for (LimitOverride override : bySubject.getOrDefault(digest, List.of())) {
      if (now.isBefore(override.until())) {
        changes.put(override.quota() + "." + override.limit(), ChangedCapacity.NONE.with(override));
      }
    }
  }

  private static PolicyView.Resolved changed(
      PolicyView.Resolved usual, Map<String, ChangedCapacity> changes) {
    Map<String, ResolvedQuota> quotas = new LinkedHashMap<>();
    usual
        .quotas()
        .forEach(
            (name, quota) -> {
              Map<String, ChangedCapacity> own = new HashMap<>();
              for (ResolvedLimit limit : quota.all) {
                ChangedCapacity change = changes.get(limit.qualifiedName);
                if (change != null) {
                  own.put(limit.spec.name(), change);
                }
              }
              quotas.put(name, own.isEmpty() ? quota : quota.with(own));
            });
    return new PolicyView.Resolved(
        usual.plan(), usual.zone(), usual.zoneSource(), usual.policyVersion(), quotas);
  }
}
