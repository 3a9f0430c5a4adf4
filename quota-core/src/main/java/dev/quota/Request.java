package dev.quota;

import dev.quota.internal.Digests;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One question to a store on behalf of one subject, and the way back from its reply to states. */
final class Request {

  /** Longer ids are counted under their digest, so that no caller decides how large a key is. */
  private static final int LONGEST_RAW_ID = 64;

  private static final String DIGESTED = "sha256:";
  private static final String GROUP = "group";

  /** One quota of the request; its entries stand together, from {@code firstEntry}. */
  record Line(ResolvedQuota quota, long cost, int firstEntry) {}

  private final Subject subject;
  private final PolicyView.Resolved resolved;
  private final List<Line> lines = new ArrayList<>(1);
  private final List<Entry> entries = new ArrayList<>(2);

  Request(Subject subject, PolicyView.Resolved resolved) {
    this.subject = subject;
    this.resolved = resolved;
  }

  static Collection<Charge> summed(List<Charge> charges) {
    if (charges.size() == 1) {
      return charges;
    }
    Map<String, Charge> byQuota = new LinkedHashMap<>();
    for (Charge charge : charges) {
      byQuota.merge(charge.quota(), charge, (a, b) -> new Charge(a.quota(), a.cost() + b.cost()));
    }
    return byQuota.values();
  }

  Request charge(ResolvedQuota quota, Charge charge) {
    return add(quota, charge.cost(), quota.policy.usualCost());
  }

  Request ask(ResolvedQuota quota, long cost) {
    return add(quota, cost, cost);
  }

  private Request add(ResolvedQuota quota, long cost, long nextCost) {
    lines.add(new Line(quota, cost, entries.size()));
    long storeCost = quota.closed ? 0 : cost;
    for (ResolvedQuota.EntryShape shape : quota.entries) {
      entries.add(
          new Entry(
              key(shape.scope(), quota.policy.name()),
              shape.limits(),
              storeCost,
              storeCost,
              Math.max(1, nextCost),
              quota.onShort));
    }
    return this;
  }

  private Key key(Scope scope, String quota) {
    if (scope == Scope.GLOBAL) {
      return new Key(scope.text(), GROUP, scope.text(), quota);
    }
    String group = scope == Scope.USER ? null : subject.groups().get(scope);
    return group == null
        ? new Key(scope.text(), subject.kind().text(), bounded(subject.id()), quota)
        : new Key(scope.text(), GROUP, bounded(group), quota);
  }

  private static String bounded(String id) {
    // An id that looks like a digest is digested too, so that nobody can pose as somebody.
    return id.length() <= LONGEST_RAW_ID && !id.startsWith(DIGESTED)
        ? id
        : DIGESTED + Digests.digest(id);
  }

  Subject subject() {
    return subject;
  }

  List<Line> lines() {
    return lines;
  }

  boolean asksNoStore() {
    return entries.isEmpty();
  }

  boolean chargesNothing() {
    for (Entry entry : entries) {
      if (entry.cost() > 0) {
        return false;
      }
    }
    return true;
  }

  boolean isNotInPlan() {
    for (Line line : lines) {
      if (isNotInPlan(line)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNotInPlan(Line line) {
    return line.cost() > 0
        && line.quota().closed
        && line.quota().policy.whenExhausted() == WhenExhausted.BLOCK;
  }

  StoreCommand.Take take() {
    return new StoreCommand.Take(entries, Optional.empty());
  }

  StoreCommand.Peek peek() {
    return new StoreCommand.Peek(entries);
  }

  /** Returns how much of a quota was taken; all of it where no store counts it. */
  long taken(Line line, StoreReply reply) {
    return line.quota().entries.isEmpty()
        ? takenUnasked(line)
        : reply.entries().get(line.firstEntry()).taken();
  }

  /** Returns how much of a quota was taken without asking a store. */
  long takenUnasked(Line line) {
    return line.quota().closed ? 0 : line.cost();
  }

  Receipt receipt(StoreReply reply) {
    boolean degraded = isDegradedUnasked();
    for (Line line : lines) {
      degraded |=
          line.quota().policy.whenExhausted() == WhenExhausted.DEGRADE
              && !line.quota().entries.isEmpty()
              && taken(line, reply) < line.cost();
    }
    return Receipt.of(subject, entries, reply, degraded);
  }

  /** Returns whether a quota degrades because the plan excludes it, whatever a store says. */
  boolean isDegradedUnasked() {
    for (Line line : lines) {
      if (line.cost() > 0
          && line.quota().closed
          && line.quota().policy.whenExhausted() == WhenExhausted.DEGRADE) {
        return true;
      }
    }
    return false;
  }

  /** Returns the question about the same quotas at their usual cost. */
  Request atUsualCost() {
    Request usual = new Request(subject, resolved);
    lines.forEach(line -> usual.ask(line.quota(), line.quota().policy.usualCost()));
    return usual;
  }

  QuotaSnapshot states(StoreReply reply) {
    return snapshot(reply, false);
  }

  /** As {@link #states}, where a quota of which something was taken tells about its next cost. */
  QuotaSnapshot statesAfterTake(StoreReply reply) {
    return snapshot(reply, true);
  }

  private QuotaSnapshot snapshot(StoreReply reply, boolean afterTake) {
    QuotaState[] states = new QuotaState[lines.size()];
    for (int i = 0; i < states.length; i++) {
      Line line = lines.get(i);
      boolean next = afterTake && (line.cost() == 0 || taken(line, reply) > 0);
      long cost = next ? line.quota().policy.usualCost() : line.cost();
      states[i] = state(line, reply.entries(), reply.accuracy(), reply.now(), cost);
    }
    return snapshot(reply.now(), Arrays.asList(states));
  }

  /** Returns the states of quotas for which no store counts anything. */
  QuotaSnapshot states(long nowMillis) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    return snapshot(
        now,
        lines.stream()
            .map(line -> state(line, List.of(), Accuracy.EXACT, now, line.cost()))
            .toList());
  }

  /** Returns the states of the quotas that the plan does not include, with nothing but that. */
  QuotaSnapshot notInPlan(long nowMillis) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    return snapshot(
        now, lines.stream().filter(Request::isNotInPlan).map(line -> zero(line, now)).toList());
  }

  private QuotaState zero(Line line, Instant now) {
    List<LimitState> limits =
        line.quota().limits.stream()
            .filter(ResolvedLimit::isZero)
            .map(limit -> limitState(line, limit, limit.withoutStore(line.cost()), Accuracy.EXACT))
            .toList();
    return new QuotaState(line.quota(), limits, Accuracy.EXACT, now.toEpochMilli(), line.cost());
  }

  private QuotaSnapshot snapshot(Instant now, List<QuotaState> states) {
    return new QuotaSnapshot(
        now, subject, resolved.plan(), resolved.zone(), resolved.zoneSource(), states);
  }

  private QuotaState state(
      Line line, List<EntryResult> results, Accuracy accuracy, Instant now, long cost) {
    List<ResolvedLimit> shapes = line.quota().limits;
    LimitState[] limits = new LimitState[shapes.size()];
    for (int i = 0; i < limits.length; i++) {
      ResolvedLimit limit = shapes.get(i);
      LimitResult result =
          limit.entry == ResolvedLimit.NOT_STORED
              ? limit.withoutStore(cost)
              : results.get(line.firstEntry() + limit.entry).limits().get(limit.index);
      limits[i] = limitState(line, limit, result, accuracy);
    }
    return new QuotaState(line.quota(), List.of(limits), accuracy, now.toEpochMilli(), cost);
  }

  private LimitState limitState(
      Line line, ResolvedLimit limit, LimitResult result, Accuracy accuracy) {
    boolean shared = isShared(limit.scope);
    return new LimitState(
        limit, result, shared, shared && !line.quota().policy.showExact(), accuracy);
  }

  private boolean isShared(Scope scope) {
    return switch (scope) {
      case USER -> subject.kind() == Subject.Kind.ADDRESS;
      case TEAM, ORG ->
          subject.groups().containsKey(scope) || subject.kind() == Subject.Kind.ADDRESS;
      case GLOBAL -> true;
    };
  }
}
