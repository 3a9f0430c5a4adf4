package dev.quota;

import dev.quota.internal.Digests;
import dev.quota.spi.Capacity;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One question to a store on behalf of one subject, and the way back from its reply to states. */
final class Request {

  /** Longer ids are counted under their digest, so that no caller decides how large a key is. */
  private static final int LONGEST_RAW_ID = 64;

  private static final String DIGESTED = "sha256:";
  private static final String GROUP = "group";

  /**
   * One quota of the request and what to take of it.
   *
   * @param quota the quota
   * @param atLeast the least that may be taken
   * @param cost the most that is taken
   * @param nextCost the cost to ask about after that
   * @param capped true for an estimate: one that is more than could ever be had is cut to that
   * @param owed true for what was used already, so that it is charged whether it fits or not
   */
  record Line(
      ResolvedQuota quota, long atLeast, long cost, long nextCost, boolean capped, boolean owed) {

    Line(ResolvedQuota quota, long atLeast, long cost, long nextCost, boolean capped) {
      this(quota, atLeast, cost, nextCost, capped, false);
    }

    static Line charge(ResolvedQuota quota, long cost) {
      return new Line(quota, cost, cost, quota.policy.usualCost(), false);
    }

    static Line ask(ResolvedQuota quota, long cost) {
      return new Line(quota, cost, cost, cost, false);
    }

    static Line estimate(ResolvedQuota quota, long estimate) {
      long units = quota.reservation.of(estimate);
      long cost = quota.onShort == OnShort.EXCEED ? units : Math.min(units, quota.mostUnits);
      // A plan that grants nothing refuses the estimate as it is.
      long held = cost == 0 ? units : cost;
      return new Line(quota, held, held, quota.policy.usualCost(), true);
    }

    static Line between(ResolvedQuota quota, long atLeast, long estimate) {
      // The policy's least is cut to what the plan can grant; the caller's is refused beyond it.
      long policyLeast = Math.min(quota.reservation.least(), Math.max(1, quota.mostUnits));
      long least = Math.min(Math.max(atLeast, policyLeast), quota.reservation.most());
      long wanted = Math.min(quota.reservation.of(estimate), quota.mostUnits);
      return new Line(quota, least, Math.max(least, wanted), quota.policy.usualCost(), false);
    }

    /** Returns what was used already and must be charged, past the limits if need be. */
    static Line owed(ResolvedQuota quota, long units) {
      return new Line(quota, units, units, quota.policy.usualCost(), false, true);
    }

    /** Returns the same of another quota, which is charged instead. */
    Line of(ResolvedQuota other) {
      if (capped) {
        return estimate(other, cost);
      }
      return new Line(other, atLeast, cost, other.policy.usualCost(), false);
    }

    /** Returns the question whether the least of it would be granted. */
    Line leastOf() {
      return new Line(quota, atLeast, atLeast, nextCost, false);
    }

    Line plus(Line other) {
      // More than can be counted fits nowhere: refused like any cost that is too large.
      return new Line(
          quota,
          Math.min(atLeast + other.atLeast, Capacity.MAX_UNITS),
          Math.min(cost + other.cost, Capacity.MAX_UNITS),
          nextCost,
          capped && other.capped);
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

  /** The states of quotas in whose place others are charged. */
  private final List<QuotaState> replaced;

  Request(Subject subject, PolicyView.Resolved resolved, Line... lines) {
    this(subject, resolved, List.of(), lines);
  }

  private Request(
      Subject subject, PolicyView.Resolved resolved, List<QuotaState> replaced, Line... lines) {
    this.subject = subject;
    this.resolved = resolved;
    this.replaced = replaced;
    this.lines = lines;
    this.entries = entries();
  }

  private List<Entry> entries() {
    Entry[] all = new Entry[firstEntry(lines.length)];
    int next = 0;
    for (Line line : lines) {
      for (ResolvedQuota.EntryShape shape : line.quota().entries) {
        all[next++] = entry(line, shape, shape.limits(), Capacity.MAX_UNITS);
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

  /**
   * Returns an entry for a store.
   *
   * @param mostUnits to what an estimate is cut
   */
  Entry entry(Line line, ResolvedQuota.EntryShape shape, List<LimitSpec> limits, long mostUnits) {
    String quota = line.quota().policy.name();
    OnShort onShort = line.owed() ? OnShort.EXCEED : line.quota().onShort;
    if (shape.calls()) {
      long calls = Math.min(1, line.storeCost());
      Key key = key(shape.scope(), CallsKey.of(quota));
      return new Entry(key, limits, calls, calls, 1, onShort);
    }
    long most = line.capped() ? Math.min(line.storeCost(), mostUnits) : line.storeCost();
    long least = Math.min(line.atLeast(), most);
    long next = Math.max(1, line.nextCost());
    return new Entry(key(shape.scope(), quota), limits, least, most, next, onShort);
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

  /** Returns whose counts an entry of a quota is. */
  Key key(ResolvedQuota.EntryShape entry, String quota) {
    return key(entry.scope(), entry.calls() ? CallsKey.of(quota) : quota);
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
        && line.quota().whenExhausted == WhenExhausted.BLOCK;
  }

  /** Returns the longest lease of the places that this request takes, if it takes any. */
  Optional<Duration> longestLease() {
    Optional<Duration> longest = Optional.empty();
    for (Line line : lines) {
      Optional<Duration> lease = line.isCounted() ? line.quota().longestLease : Optional.empty();
      if (lease.isPresent() && longest.filter(it -> it.compareTo(lease.get()) >= 0).isEmpty()) {
        longest = lease;
      }
    }
    return longest;
  }

  /** Returns what the policy says of the permits of a limit that this request takes. */
  LimitWindow.Concurrent permitTerms(String quota, String limit) {
    for (Line line : lines) {
      if (line.quota().policy.name().equals(quota)) {
        return line.quota().permitTerms(limit);
      }
    }
    throw new IllegalArgumentException("quota must be one of the request, was " + quota);
  }

  StoreCommand.Take take(Optional<Operation> operation) {
    return new StoreCommand.Take(entries, operation);
  }

  StoreCommand.Peek peek(boolean isStep) {
    return new StoreCommand.Peek(entries, isStep);
  }

  /** Returns how much of a quota was taken; all of it where no store counts it. */
  long taken(int line, StoreReply reply) {
    ResolvedQuota.EntryShape[] shapes = lines[line].quota().entries;
    return shapes.length == 0
        ? takenUnasked(line)
        : taken(lines[line], shapes[0], reply.entries().get(firstEntry(line)).taken());
  }

  /** Returns how much was taken of a line, by what was taken of its first entry. */
  static long taken(Line line, ResolvedQuota.EntryShape first, long taken) {
    return first.calls() && taken > 0 ? line.cost() : taken;
  }

  /** Returns how much of a quota was taken without asking a store. */
  long takenUnasked(int line) {
    return lines[line].quota().closed ? 0 : lines[line].cost();
  }

  Receipt receipt(QuotaStore store, StoreReply reply, Optional<Operation> operation) {
    return Receipt.of(store, subject, entries, reply, operation, isDegraded(reply));
  }

  private boolean isDegraded(StoreReply reply) {
    boolean degraded = isDegradedUnasked();
    for (int i = 0; i < lines.length; i++) {
      degraded |=
          lines[i].quota().whenExhausted == WhenExhausted.DEGRADE
              && lines[i].quota().entries.length > 0
              && taken(i, reply) < lines[i].atLeast();
    }
    return degraded;
  }

  /** Returns whether a quota degrades because the plan excludes it, whatever a store says. */
  boolean isDegradedUnasked() {
    if (!replaced.isEmpty()) {
      return true;
    }
    for (Line line : lines) {
      if (line.cost() > 0
          && line.quota().closed
          && line.quota().whenExhausted == WhenExhausted.DEGRADE) {
        return true;
      }
    }
    return false;
  }

  /** Returns holds by which a store finds what an operation took of each entry. */
  List<Hold> holdsOf(Operation operation) {
    return entries.stream()
        .map(
            entry ->
                new Hold(
                    entry.key(),
                    entry.limits(),
                    Collections.nCopies(entry.limits().size(), 0L),
                    0,
                    Optional.of(operation)))
        .toList();
  }

  /** Returns the question about the same quotas at their usual cost. */
  Request atUsualCost() {
    return withLines(line -> Line.ask(line.quota(), line.quota().policy.usualCost()));
  }

  /** Returns the question about the same quotas, all of them there, as other policies have them. */
  Request under(PolicyView.Resolved other) {
    return new Request(
        subject,
        other,
        replaced,
        Arrays.stream(lines)
            .map(line -> other.quotas().get(line.quota().policy.name()))
            .map(quota -> Line.ask(quota, quota.policy.usualCost()))
            .toArray(Line[]::new));
  }

  /** Returns the question whether the least of what was asked for would be granted. */
  Request leastOf() {
    return withLines(Line::leastOf);
  }

  /** Returns whether less than the whole cost may be taken of a quota. */
  boolean isRange() {
    return Arrays.stream(lines).anyMatch(line -> line.atLeast() < line.cost());
  }

  private Request withLines(UnaryOperator<Line> change) {
    return new Request(
        subject, resolved, replaced, Arrays.stream(lines).map(change).toArray(Line[]::new));
  }

  /** Returns the same request with another quota in the place of each that the plan excludes. */
  Request withoutClosed(long nowMillis) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    List<Integer> closed = new ArrayList<>();
    List<QuotaState> states = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].quota().closed
          && lines[i].cost() > 0
          && lines[i].quota().whenExhausted == WhenExhausted.DEGRADE
          && lines[i].quota().policy.degradeTo().isPresent()) {
        closed.add(i);
        states.add(zero(lines[i], now));
      }
    }
    return closed.isEmpty() ? this : replacing(closed, states);
  }

  /**
   * Returns the same request with another quota in the place of each that was short and degrades to
   * one.
   *
   * @param refused the states of the lines
   * @return the request; empty if none of them is short, or one that is refuses
   */
  Optional<Request> degraded(QuotaSnapshot refused) {
    List<Integer> replacedLines = new ArrayList<>();
    List<QuotaState> states = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      QuotaState state = refused.quotas().get(i);
      if (!state.allowed()) {
        return Optional.empty();
      }
      if (state.isDegraded() && lines[i].quota().policy.degradeTo().isPresent()) {
        replacedLines.add(i);
        states.add(state);
      }
    }
    return replacedLines.isEmpty()
        ? Optional.empty()
        : Optional.of(replacing(replacedLines, states));
  }

  private Request replacing(List<Integer> positions, List<QuotaState> states) {
    Map<String, Line> byQuota = new LinkedHashMap<>();
    for (int i = 0; i < lines.length; i++) {
      Line line = positions.contains(i) ? lines[i].of(target(lines[i])) : lines[i];
      byQuota.merge(line.quota().policy.name(), line, Line::plus);
    }
    List<QuotaState> all = new ArrayList<>(replaced);
    all.addAll(states);
    return new Request(subject, resolved, List.copyOf(all), byQuota.values().toArray(Line[]::new));
  }

  private ResolvedQuota target(Line line) {
    String name = line.quota().policy.degradeTo().orElseThrow();
    ResolvedQuota target = resolved.quotas().get(name);
    if (target == null) {
      throw new IllegalStateException("the policies lack the quota " + name);
    }
    return target;
  }

  /** Returns the states of quotas in whose place others are charged. */
  List<QuotaState> replaced() {
    return replaced;
  }

  /** Returns states of this request with those of the quotas that it replaced before them. */
  QuotaSnapshot withReplaced(QuotaSnapshot states) {
    if (replaced.isEmpty()) {
      return states;
    }
    List<QuotaState> all = new ArrayList<>(replaced);
    all.addAll(states.quotas());
    return snapshot(states.now(), all.toArray(QuotaState[]::new));
  }

  /** Returns the question with the quotas to which those that are asked about degrade. */
  Request withTargets() {
    List<Line> all = new ArrayList<>(List.of(lines));
    for (Line line : lines) {
      if (line.quota().policy.degradeTo().isPresent()) {
        ResolvedQuota target = target(line);
        if (all.stream().noneMatch(other -> other.quota() == target)) {
          all.add(Line.ask(target, Math.max(1, line.cost())));
        }
      }
    }
    return all.size() == lines.length
        ? this
        : new Request(subject, resolved, replaced, all.toArray(Line[]::new));
  }

  /** Returns the states of this request's quotas, by an answer that has those they degrade to. */
  QuotaSnapshot joined(QuotaSnapshot answered) {
    QuotaState[] states = new QuotaState[lines.length];
    for (int i = 0; i < states.length; i++) {
      QuotaState state = answered.quotas().get(i);
      states[i] =
          state.isDegraded() && state.policy().degradeTo().isPresent()
              ? state.withFallback(answered.quota(state.policy().degradeTo().get()).orElseThrow())
              : state;
    }
    return snapshot(answered.now(), states);
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
              && reply.outcome() != StoreReply.Outcome.REFUSED
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
      case TEAM, ORG ->
          subject.groups().containsKey(scope) || subject.kind() == Subject.Kind.ADDRESS;
      // Those who take part may know what it has used.
      case CONVERSATION -> false;
      case GLOBAL -> true;
    };
  }
}
