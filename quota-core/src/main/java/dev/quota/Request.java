package dev.quota;

import dev.quota.internal.text.Digests;
import dev.quota.policy.Capacity;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.Scope;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A request of one subject: some quotas, and what to take of each. It makes the commands for a
 * store. {@link StateAssembler} makes states of the replies. Immutable.
 */
final class Request {

  /** Longer ids are counted under their digest, so that callers cannot make keys large. */
  private static final int LONGEST_RAW_ID = 64;

  private static final String DIGESTED = "sha256:";
  private static final String GROUP = "group";

  private final Subject subject;
  private final PolicyView.Resolved resolved;
  private final RequestLine[] lines;
  private final List<Entry> entries;

  /** The states of the quotas that others replace. */
  private final List<QuotaState> replaced;

  Request(Subject subject, PolicyView.Resolved resolved, RequestLine... lines) {
    this(subject, resolved, List.of(), lines);
  }

  Request(
      Subject subject,
      PolicyView.Resolved resolved,
      List<QuotaState> replaced,
      RequestLine... lines) {
    this.subject = subject;
    this.resolved = resolved;
    this.replaced = replaced;
    this.lines = lines;
    this.entries = makeEntries();
  }

  private List<Entry> makeEntries() {
    if (lines.length == 1 && lines[0].quota().entries.length == 1) {
      // The usual case, which needs no array.
      QuotaEntry only = lines[0].quota().entries[0];
      return List.of(entry(lines[0], only, only.limits(), Capacity.MAX_UNITS));
    }
    Entry[] all = new Entry[firstEntry(lines.length)];
    int next = 0;
    for (RequestLine line : lines) {
      for (QuotaEntry shape : line.quota().entries) {
        all[next++] = entry(line, shape, shape.limits(), Capacity.MAX_UNITS);
      }
    }
    return List.of(all);
  }

  /** Returns the index of the first entry of a line. The entries of a line are adjacent. */
  int firstEntry(int line) {
    int first = 0;
    for (int i = 0; i < line; i++) {
      first += lines[i].quota().entries.length;
    }
    return first;
  }

  /**
   * Returns an entry for a store.
   *
   * @param mostUnits the amount to which an estimate is cut
   */
  Entry entry(RequestLine line, QuotaEntry shape, List<LimitSpec> limits, long mostUnits) {
    OnShort onShort = line.owed() ? OnShort.EXCEED : line.quota().onShort(shape);
    Key key = key(shape);
    long cost = line.storeCost(shape);
    if (shape.calls()) {
      long calls = Math.min(1, cost);
      return new Entry(key, limits, calls, calls, 1, onShort);
    }
    long bound = shape.shadow() ? line.quota().mostShadowUnits() : mostUnits;
    long most = line.capped() ? Math.min(cost, bound) : cost;
    long least = Math.min(line.atLeast(), most);
    long next = Math.max(1, line.nextCost());
    return new Entry(key, limits, least, most, next, onShort);
  }

  static Collection<Charge> summed(List<Charge> charges) {
    Map<String, Charge> byQuota = new LinkedHashMap<>();
    for (Charge charge : charges) {
      byQuota.merge(charge.quota(), charge, Request::sum);
    }
    return byQuota.values();
  }

  private static Charge sum(Charge a, Charge b) {
    // A sum beyond the countable range is refused like any cost that is too large.
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
    // An id that looks like a digest is digested too, so that it cannot collide with the digest of
    // another id.
    return id.length() <= LONGEST_RAW_ID && !id.startsWith(DIGESTED)
        ? id
        : DIGESTED + Digests.digest(id);
  }

  /** Returns the key of an entry of a quota. */
  Key key(QuotaEntry entry) {
    return key(entry.scope(), entry.key());
  }

  /** Returns the key of a limit of a line; only for limits that a store counts. */
  Key key(int line, LimitState limit) {
    return entries.get(firstEntry(line) + limit.resolved().entry).key();
  }

  Subject subject() {
    return subject;
  }

  PolicyView.Resolved resolved() {
    return resolved;
  }

  int size() {
    return lines.length;
  }

  RequestLine line(int line) {
    return lines[line];
  }

  List<Entry> entries() {
    return entries;
  }

  /** Returns the requested cost of a line. */
  long cost(int line) {
    return lines[line].cost();
  }

  /** Returns the states of the quotas that others replace. */
  List<QuotaState> replaced() {
    return replaced;
  }

  boolean asksNoStore() {
    return entries.isEmpty();
  }

  boolean chargesNothing() {
    for (RequestLine line : lines) {
      if (line.isCounted()) {
        return false;
      }
    }
    return true;
  }

  boolean isNotInPlan() {
    for (RequestLine line : lines) {
      if (line.isNotInPlan()) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a quota degrades because the plan excludes it. No store is asked for that. */
  boolean isDegradedUnasked() {
    if (!replaced.isEmpty()) {
      return true;
    }
    for (RequestLine line : lines) {
      if (line.isDegradedUnasked()) {
        return true;
      }
    }
    return false;
  }

  /** Returns the longest lease of the permits that this request takes, if it takes any. */
  Optional<Duration> longestLease() {
    Optional<Duration> longest = Optional.empty();
    for (RequestLine line : lines) {
      Optional<Duration> lease = line.isCounted() ? line.quota().longestLease : Optional.empty();
      if (lease.isPresent() && (longest.isEmpty() || longest.get().compareTo(lease.get()) < 0)) {
        longest = lease;
      }
    }
    return longest;
  }

  /** Returns the policy of the permits of a limit that this request takes. */
  LimitWindow.Concurrent permitTerms(String quota, String limit) {
    for (RequestLine line : lines) {
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

  /** Returns the holds of an operation, one for each entry. */
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

  /** Returns the request about the same quotas at their usual cost. */
  Request atUsualCost() {
    return withLines(line -> RequestLine.ask(line.quota(), line.quota().policy.usualCost()));
  }

  /** Returns the same request under other policies, which must have all its quotas. */
  Request under(PolicyView.Resolved other) {
    return new Request(
        subject,
        other,
        replaced,
        Arrays.stream(lines)
            .map(line -> other.quotas().get(line.quota().policy.name()))
            .map(quota -> RequestLine.ask(quota, quota.policy.usualCost()))
            .toArray(RequestLine[]::new));
  }

  /** Returns the request for the least amount that this one asks for. */
  Request leastOf() {
    return withLines(RequestLine::leastOf);
  }

  /** Returns whether less than the full cost of a quota may be taken. */
  boolean isRange() {
    for (RequestLine line : lines) {
      if (line.atLeast() < line.cost()) {
        return true;
      }
    }
    return false;
  }

  private Request withLines(UnaryOperator<RequestLine> change) {
    RequestLine[] changed = new RequestLine[lines.length];
    for (int i = 0; i < changed.length; i++) {
      changed[i] = change.apply(lines[i]);
    }
    return new Request(subject, resolved, replaced, changed);
  }
}
