package dev.quota.redis;

import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A take or a peek for its script. Immutable.
 *
 * <p>Several identical takes can be packed as one. The script decides about all of them, and {@link
 * TakeReply} reads the result of each.
 */
final class TakeCall {

  private static final int HEAD_BYTES = 24;
  static final int QUOTA_BYTES = 17;

  /** An entry, its position in the command, and how it is stored. */
  record Line(Entry entry, int position, EntryLayout layout, String key, boolean opensQuota) {}

  /** The entries in the order of the script. */
  final List<Line> lines;

  /** The keys in the order of the script. */
  final List<Object> keys;

  final Shape shape;
  final boolean peek;

  /** Calls with equal names may be combined if they also {@link #canJoin}. */
  final String queueName;

  private final int bytes;

  private TakeCall(List<Line> lines, boolean peek) {
    this.lines = lines;
    this.peek = peek;
    List<Object> names = new ArrayList<>(lines.size());
    StringBuilder spelling = new StringBuilder();
    StringBuilder joined = new StringBuilder();
    int size = HEAD_BYTES;
    for (Line line : lines) {
      if (line.opensQuota()) {
        size += QUOTA_BYTES;
      }
      if (!names.isEmpty()) {
        spelling.append(line.opensQuota() ? Shape.NEXT_QUOTA : Shape.SAME_QUOTA);
        joined.append(' ');
      }
      names.add(line.key());
      spelling.append(line.layout().kinds);
      joined.append(line.key());
      size += entryBytes(line.layout());
    }
    keys = List.copyOf(names);
    shape = new Shape(spelling.toString());
    queueName = joined.toString();
    bytes = size;
  }

  static TakeCall of(List<Entry> entries, boolean peek, RedisKeys redisKeys) {
    if (entries.size() == 1) {
      return new TakeCall(List.of(line(entries.get(0), 0, true, redisKeys)), peek);
    }
    // A fixed order, so that permutations of quotas share a script.
    Map<String, List<Line>> byQuota = new LinkedHashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      List<Line> quota = byQuota.computeIfAbsent(entry.key().quota(), key -> new ArrayList<>());
      quota.add(line(entry, i, quota.isEmpty(), redisKeys));
    }
    List<Line> ordered = new ArrayList<>();
    byQuota.values().stream()
        .sorted(Comparator.comparing(TakeCall::kinds).thenComparing(quota -> quota.get(0).key()))
        .forEach(ordered::addAll);
    return new TakeCall(List.copyOf(ordered), peek);
  }

  private static Line line(Entry entry, int position, boolean opensQuota, RedisKeys redisKeys) {
    return new Line(
        entry, position, EntryLayout.of(entry.limits()), redisKeys.name(entry.key()), opensQuota);
  }

  private static String kinds(List<Line> quota) {
    StringBuilder kinds = new StringBuilder();
    quota.forEach(line -> kinds.append(line.layout().kinds).append(Shape.SAME_QUOTA));
    return kinds.toString();
  }

  /**
   * Returns whether identical calls can be combined: each takes all or nothing, so that the numbers
   * of the n-th call follow from those of the first.
   */
  boolean isCombinable() {
    for (Line line : lines) {
      if (!peek && line.entry().atLeast() < line.entry().cost()) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether another call is identical. */
  boolean canJoin(TakeCall other) {
    if (peek != other.peek || lines.size() != other.lines.size()) {
      return false;
    }
    for (int i = 0; i < lines.size(); i++) {
      Line mine = lines.get(i);
      Line its = other.lines.get(i);
      if (!mine.key().equals(its.key())
          || mine.opensQuota() != its.opensQuota()
          || mine.entry().cost() != its.entry().cost()
          || mine.entry().onShort() != its.entry().onShort()
          || mine.entry().atLeast() != its.entry().atLeast()
          || !mine.entry().limits().equals(its.entry().limits())) {
        return false;
      }
    }
    return isCombinable() && other.isCombinable();
  }

  /**
   * Packs the argument of the script.
   *
   * @param fromMillis the earliest time at which the script may act
   * @param tillMillis the time at which it must not act any more
   * @param calls how many identical calls are combined
   */
  byte[] pack(long fromMillis, long tillMillis, int calls) {
    Packing packing = new Packing(bytes).skip(3);
    long till = tillMillis;
    for (Line line : lines) {
      Entry entry = line.entry();
      if (line.opensQuota()) {
        packing.number(entry.cost()).number(entry.atLeast()).octet(onShort(entry));
      }
      till = Math.min(till, packEntry(line.layout(), fromMillis, packing));
    }
    return packing.set(0, fromMillis).set(1, till).set(2, peek ? 0 : calls).bytes();
  }

  /** Returns the size of an entry in the argument, in bytes. */
  static int entryBytes(EntryLayout layout) {
    int size = 1 + layout.signature.length;
    for (StoredLimit limit : layout.limits) {
      size += limit.isRolling() ? 24 : 16;
    }
    return size;
  }

  /** Packs an entry. Returns until when the packed values are valid. */
  static long packEntry(EntryLayout layout, long fromMillis, Packing packing) {
    long till = Long.MAX_VALUE;
    packing.octet(layout.closed ? 1 : 0).octets(layout.signature);
    for (StoredLimit limit : layout.limits) {
      packing.number(limit.capacity);
      if (limit.isRolling()) {
        packing.number(limit.parts).number(limit.drain);
      } else if (limit.spec.window() instanceof Window.Session session) {
        packing.number(session.periodMillis());
      } else {
        long end = limit.endMillis(fromMillis);
        till = Math.min(till, end);
        packing.number(end);
      }
    }
    return till;
  }

  private static int onShort(Entry entry) {
    // A cost of zero always fits.
    return switch (entry.cost() == 0 ? OnShort.EXCEED : entry.onShort()) {
      case REFUSE_ALL -> 0;
      case SKIP -> 1;
      case EXCEED -> 2;
    };
  }

  /** Returns whether only the other script counts a limit. */
  static boolean needsOperate(List<Entry> entries) {
    for (Entry entry : entries) {
      for (LimitSpec limit : entry.limits()) {
        if (limit.window() instanceof Window.Concurrent
            || limit.window() instanceof Window.Sliding
            || limit.rollover().isPresent()) {
          return true;
        }
      }
    }
    return false;
  }
}
