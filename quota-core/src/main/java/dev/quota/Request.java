package dev.quota;

import dev.quota.internal.Digests;
import dev.quota.spi.Capacity;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Instant;
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

  /** One quota of the request, what to charge of it, and the cost to ask about after a charge. */
  record Line(ResolvedQuota quota, long cost, long nextCost) {

    static Line charge(ResolvedQuota quota, Charge charge) {
      return new Line(quota, charge.cost(), quota.policy.usualCost());
    }

    static Line ask(ResolvedQuota quota, long cost) {
      return new Line(quota, cost, cost);
    }

    /** Returns what a store is asked for: nothing where the plan excludes the quota anyway. */
    long storeCost() {
      return quota.closed ? 0 : cost;
    }

    /** Returns whether a store is asked for something. */
    boolean isCounted() {
      return storeCost() > 0 && quota.entries.length > 0;
    }
  }

  private final Subject subject;
  private final PolicyView.Resolved resolved;
  private final Line[] lines;
  private final List<Entry> entries;

  Request(Subject subject, PolicyView.Resolved resolved, Line... lines) {
    this.subject = subject;
    this.resolved = resolved;
    this.lines = lines;
    this.entries = entries();
  }

  private List<Entry> entries() {
    Entry[] all = new Entry[firstEntry(lines.length)];
    int next = 0;
    for (Line line : lines) {
      for (ResolvedQuota.EntryShape shape : line.quota().entries) {
        all[next++] = entry(line, shape.scope(), shape.limits());
      }
    }
    return List.of(all);
  }

  /** Returns where the entries of a line start; those of one line stand together. */
  private int firstEntry(int line) {
    int first = 0;
    for (int i = 0; i < line; i++) {
      first += lines[i].quota().entries.length;
    }
    return first;
  }

  Entry entry(Line line, Scope scope, List<LimitSpec> limits) {
    long cost = line.storeCost();
    return new Entry(
        key(scope, line.quota().policy.name()),
        limits,
        cost,
        cost,
        Math.max(1, line.nextCost()),
        line.quota().onShort);
  }

  static Collection<Charge> summed(List<Charge> charges) {
    Map<String, Charge> byQuota = new LinkedHashMap<>();
    for (Charge charge : charges) {
      byQuota.merge(charge.quota(), charge, Request::sum);
    }
    return byQuota.values();
  }

  private static Charge sum(Charge a, Charge b) {
    // More than can be counted fits nowhere: refused like any cost that is too large.
    return new Charge(a.quota(), Math.min(a.cost() + b.cost(), Capacity.MAX_UNITS));
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

  /** Returns whose counts a limit of a line is; only for limits that a store counts. */
  Key key(int line, LimitState limit) {
    return entries.get(firstEntry(line) + limit.entry()).key();
  }

  Subject subject() {
    return subject;
  }

  int size() {
    return lines.length;
  }

  Line line(int line) {
    return lines[line];
  }

  /** Returns what was to be charged of one of the quotas. */
  long cost(int line) {
    return lines[line].cost();
  }

  boolean asksNoStore() {
    return entries.isEmpty();
  }

  boolean chargesNothing() {
    for (Line line : lines) {
      if (line.isCounted()) {
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
  long taken(int line, StoreReply reply) {
    return lines[line].quota().entries.length == 0
        ? takenUnasked(line)
        : reply.entries().get(firstEntry(line)).taken();
  }

  /** Returns how much of a quota was taken without asking a store. */
  long takenUnasked(int line) {
    return lines[line].quota().closed ? 0 : lines[line].cost();
  }

  Receipt receipt(QuotaStore store, StoreReply reply) {
    boolean degraded = isDegradedUnasked();
    for (int i = 0; i < lines.length; i++) {
      degraded |=
          lines[i].quota().policy.whenExhausted() == WhenExhausted.DEGRADE
              && lines[i].quota().entries.length > 0
              && taken(i, reply) < lines[i].cost();
    }
    return Receipt.of(store, subject, entries, reply, degraded);
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
    Line[] usual = new Line[lines.length];
    for (int i = 0; i < usual.length; i++) {
      usual[i] = Line.ask(lines[i].quota(), lines[i].quota().policy.usualCost());
    }
    return new Request(subject, resolved, usual);
  }

  QuotaSnapshot states(StoreReply reply) {
    return snapshot(reply, false);
  }

  /** As {@link #states}, where a quota of which something was taken tells about its next cost. */
  QuotaSnapshot statesAfterTake(StoreReply reply) {
    return snapshot(reply, true);
  }

  private QuotaSnapshot snapshot(StoreReply reply, boolean afterTake) {
    QuotaState[] states = new QuotaState[lines.length];
    for (int i = 0; i < states.length; i++) {
      Line line = lines[i];
      boolean next =
          afterTake
              && reply.outcome() == StoreReply.Outcome.DONE
              && (line.cost() == 0 || taken(i, reply) > 0);
      long cost = next ? line.quota().policy.usualCost() : line.cost();
      Certainty certainty = Certainty.ofReply(reply.accuracy());
      states[i] = state(i, reply.entries(), certainty, reply.now(), cost);
    }
    return snapshot(reply.now(), states);
  }

  /** Returns the states of quotas for which no store counts anything. */
  QuotaSnapshot states(long nowMillis) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    QuotaState[] states = new QuotaState[lines.length];
    for (int i = 0; i < states.length; i++) {
      states[i] = unasked(i, now, lines[i].cost());
    }
    return snapshot(now, states);
  }

  /** Returns the state of a quota for which no store counts anything. */
  QuotaState unasked(int line, Instant now, long cost) {
    return state(line, List.of(), Certainty.EXACT, now, cost);
  }

  /** Returns the states of the quotas that the plan does not include, with nothing but that. */
  QuotaSnapshot notInPlan(long nowMillis) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    return snapshot(
        now,
        Arrays.stream(lines)
            .filter(Request::isNotInPlan)
            .map(line -> zero(line, now))
            .toArray(QuotaState[]::new));
  }

  private QuotaState zero(Line line, Instant now) {
    LimitState[] limits =
        Arrays.stream(line.quota().limits)
            .filter(ResolvedLimit::isZero)
            .map(limit -> limitState(line, limit, limit.withoutStore(line.cost()), Accuracy.EXACT))
            .toArray(LimitState[]::new);
    return new QuotaState(line.quota(), limits, Certainty.EXACT, now.toEpochMilli(), line.cost());
  }

  QuotaSnapshot snapshot(Instant now, QuotaState... states) {
    return new QuotaSnapshot(
        now, subject, resolved.plan(), resolved.zone(), resolved.zoneSource(), List.of(states));
  }

  private QuotaState state(
      int index, List<EntryResult> results, Certainty certainty, Instant now, long cost) {
    Line line = lines[index];
    int firstEntry = firstEntry(index);
    ResolvedLimit[] shapes = line.quota().limits;
    LimitState[] limits = new LimitState[shapes.length];
    for (int i = 0; i < limits.length; i++) {
      ResolvedLimit limit = shapes[i];
      LimitResult result =
          limit.entry == ResolvedLimit.NOT_STORED
              ? limit.withoutStore(cost)
              : results.get(firstEntry + limit.entry).limits().get(limit.index);
      limits[i] = limitState(line, limit, result, certainty.accuracy());
    }
    return new QuotaState(line.quota(), limits, certainty, now.toEpochMilli(), cost);
  }

  LimitState limitState(Line line, ResolvedLimit limit, LimitResult result, Accuracy accuracy) {
    boolean shared = isShared(limit.scope);
    return new LimitState(
        limit, result, shared, shared && !line.quota().policy.showExact(), accuracy);
  }

  private boolean isShared(Scope scope) {
    return switch (scope) {
      case USER -> subject.kind() == Subject.Kind.ADDRESS;
      case TEAM, ORG, CONVERSATION ->
          subject.groups().containsKey(scope) || subject.kind() == Subject.Kind.ADDRESS;
      case GLOBAL -> true;
    };
  }
}
