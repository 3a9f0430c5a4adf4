package dev.quota.redis;

import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Growth;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** A command for {@link OperateScript}. Immutable. */
final class OperateCall implements Question {

  /** The verbs of the script, with their numbers. */
  enum Verb {
    TAKE(0),
    PEEK(1),
    SETTLE(2),
    ADJUST(3),
    GRANT(4),
    RESET(5);

    final int number;

    Verb(int number) {
      this.number = number;
    }
  }

  private static final int FORCED = -1;

  /**
   * One line of the command.
   *
   * @param key the position of its key, from 1
   * @param quota a number that is equal for lines that take one common amount
   * @param cost the most to take; for a settlement the total, or the difference if there is no
   *     operation
   * @param least the least to take; for a settlement how far to grow; for a grant its expiry
   * @param nextCost the cost about which the reply answers
   * @param specs all limits, counted or not
   * @param layout how the counted limits are stored
   * @param ends for each counted limit, when nothing can be refunded any more
   */
  record Line(
      int key,
      int quota,
      long cost,
      long least,
      long nextCost,
      int onShort,
      List<LimitSpec> specs,
      EntryLayout layout,
      List<Long> ends) {

    List<StoredLimit> limits() {
      return layout.limits;
    }

    private boolean hasPermits() {
      return layout.kinds.indexOf(StoredLimit.Kind.PERMITS.letter) >= 0;
    }
  }

  final Verb verb;
  final List<Line> lines;
  private final Script script;
  private final List<Object> counts;
  private final List<Object> keys;
  private final RedisKeys redisKeys;
  final Optional<Operation> operation;
  final boolean last;

  private OperateCall(
      Verb verb,
      RedisKeys redisKeys,
      Script script,
      List<Object> counts,
      List<Line> lines,
      Optional<Operation> operation,
      boolean last) {
    this.verb = verb;
    this.redisKeys = redisKeys;
    this.script = script;
    this.counts = List.copyOf(counts);
    this.keys = allKeys(verb, redisKeys, counts, lines, operation);
    this.lines = List.copyOf(lines);
    this.operation = operation;
    this.last = last;
  }

  static OperateCall take(
      List<Entry> entries, Optional<Operation> operation, RedisKeys redisKeys, Script script) {
    return entries(Verb.TAKE, entries, operation, redisKeys, script);
  }

  static OperateCall peek(List<Entry> entries, RedisKeys redisKeys, Script script) {
    return entries(Verb.PEEK, entries, Optional.empty(), redisKeys, script);
  }

  private static OperateCall entries(
      Verb verb,
      List<Entry> entries,
      Optional<Operation> operation,
      RedisKeys redisKeys,
      Script script) {
    List<Object> keys = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    Map<String, Integer> quotas = new HashMap<>();
    for (Entry entry : entries) {
      keys.add(redisKeys.name(entry.key()));
      EntryLayout layout = EntryLayout.of(entry.limits());
      lines.add(
          new Line(
              keys.size(),
              number(quotas, entry.key().quota()),
              entry.cost(),
              entry.atLeast(),
              entry.nextCost(),
              onShort(entry),
              entry.limits(),
              layout,
              Collections.nCopies(layout.limits.size(), 0L)));
    }
    return new OperateCall(verb, redisKeys, script, keys, lines, operation, false);
  }

  private static int number(Map<String, Integer> quotas, String quota) {
    quotas.putIfAbsent(quota, quotas.size() + 1);
    return quotas.getOrDefault(quota, 0);
  }

  private static int onShort(Entry entry) {
    // A cost of zero always fits.
    return switch (entry.cost() == 0 ? OnShort.EXCEED : entry.onShort()) {
      case REFUSE_ALL -> 0;
      case SKIP -> 1;
      case EXCEED -> 2;
    };
  }

  /**
   * Returns the keys of the counts, then those of the operation's records, then those of permits.
   */
  private static List<Object> allKeys(
      Verb verb,
      RedisKeys redisKeys,
      List<Object> counts,
      List<Line> lines,
      Optional<Operation> operation) {
    List<Object> all = new ArrayList<>(counts);
    for (Object count : operation.isPresent() ? counts : List.of()) {
      String id = operation.orElseThrow().id();
      all.add(redisKeys.operation(count.toString(), verb == Verb.GRANT, id));
    }
    if (verb == Verb.RESET || lines.stream().anyMatch(Line::hasPermits)) {
      counts.forEach(count -> all.add(RedisKeys.permits(count.toString())));
    }
    return List.copyOf(all);
  }

  /** Returns the settlement of holds. Either all have the same operation, or none has one. */
  static OperateCall settle(
      List<Change> changes, boolean last, RedisKeys redisKeys, Script script) {
    Optional<Operation> operation = changes.get(0).hold().operation();
    Verb verb = operation.isPresent() ? Verb.SETTLE : Verb.ADJUST;
    ToLongFunction<Change> cost =
        operation.isPresent()
            ? Change::totalUnits
            : change -> change.totalUnits() - change.hold().units();
    Map<String, Integer> keys = new LinkedHashMap<>();
    Map<String, Integer> quotas = new HashMap<>();
    List<Line> lines = new ArrayList<>();
    for (Change change : changes) {
      Hold hold = change.hold();
      lines.add(
          new Line(
              number(keys, redisKeys.name(hold.key())),
              number(quotas, hold.key().quota()),
              cost.applyAsLong(change),
              change.growth() instanceof Growth.Within within ? within.graceUnits() : FORCED,
              change.nextCost(),
              0,
              hold.limits(),
              EntryLayout.of(hold.limits()),
              countedEnds(hold)));
    }
    List<Object> names = new ArrayList<>(keys.keySet());
    return new OperateCall(verb, redisKeys, script, names, lines, operation, last);
  }

  private static List<Long> countedEnds(Hold hold) {
    List<Long> ends = new ArrayList<>();
    for (int i = 0; i < hold.limits().size(); i++) {
      if (StoredLimit.isCounted(hold.limits().get(i))) {
        ends.add(hold.windowEndsMillis().get(i));
      }
    }
    return ends;
  }

  static OperateCall grant(StoreCommand.Grant grant, RedisKeys redisKeys, Script script) {
    List<LimitSpec> specs = List.of(grant.limit());
    Line line =
        new Line(
            1,
            1,
            grant.units(),
            grant.expiresAt().toEpochMilli(),
            1,
            0,
            specs,
            EntryLayout.of(specs),
            List.of(0L));
    Optional<Operation> operation = Optional.of(grant.operation());
    List<Object> keys = List.of(redisKeys.name(grant.key()));
    return new OperateCall(Verb.GRANT, redisKeys, script, keys, List.of(line), operation, false);
  }

  static OperateCall reset(StoreCommand.Reset reset, RedisKeys redisKeys, Script script) {
    Line line = new Line(1, 1, 0, 0, 0, 0, List.of(), EntryLayout.of(List.of()), List.of());
    return new OperateCall(
        Verb.RESET,
        redisKeys,
        script,
        List.of(redisKeys.name(reset.key())),
        List.of(line),
        Optional.empty(),
        true);
  }

  /** Returns the keys of the counts, without those of an operation's records. */
  List<Object> counts() {
    return counts;
  }

  @Override
  public boolean isRead() {
    return verb == Verb.PEEK;
  }

  @Override
  public Script script() {
    return script;
  }

  @Override
  public List<Object> keys() {
    return keys;
  }

  @Override
  public byte[] pack(long fromMillis, long tillMillis) {
    Optional<byte[]> holder = operation.map(it -> redisKeys.permit(it.id()));
    return new OperateArgument(this, holder).pack(fromMillis, tillMillis);
  }
}
