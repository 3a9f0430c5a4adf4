package dev.quota.redis;

import dev.quota.spi.Change;
import dev.quota.spi.Hold;
import dev.quota.spi.Window;
import java.util.ArrayList;
import java.util.List;

/** A settlement of some holds, ready to be packed for its script. Immutable. */
final class AdjustCall implements Question {

  private static final int HEAD_BYTES = 16;
  private static final int CHANGE_BYTES = 10;
  private static final int LIMIT_BYTES = 28;

  /** What changes at one key: the limits that are counted, and the end of each one's window. */
  private record Line(int key, long units, List<StoredLimit> limits, List<Long> ends) {}

  private final Script script;
  private final List<Object> keys;
  private final List<Line> lines;
  private final int bytes;

  private AdjustCall(Script script, List<Object> keys, List<Line> lines) {
    this.script = script;
    this.keys = keys;
    this.lines = lines;
    bytes =
        HEAD_BYTES
            + lines.stream()
                .mapToInt(line -> CHANGE_BYTES + LIMIT_BYTES * line.limits().size())
                .sum();
  }

  static AdjustCall of(List<Change> changes, RedisKeys redisKeys, Script script) {
    List<Object> keys = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    for (Change change : changes) {
      Hold hold = change.hold();
      String name = redisKeys.name(hold.key());
      if (!keys.contains(name)) {
        keys.add(name);
      }
      List<Long> ends = new ArrayList<>();
      for (int i = 0; i < hold.limits().size(); i++) {
        if (StoredLimit.isCounted(hold.limits().get(i))) {
          ends.add(hold.windowEndsMillis().get(i));
        }
      }
      List<StoredLimit> limits = EntryLayout.of(hold.limits()).limits;
      long units = change.totalUnits() - hold.units();
      lines.add(new Line(keys.indexOf(name) + 1, units, limits, ends));
    }
    return new AdjustCall(script, List.copyOf(keys), List.copyOf(lines));
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
    Packing packing = new Packing(bytes).skip(2);
    long till = tillMillis;
    for (Line line : lines) {
      packing.octet(line.key()).number(line.units()).octet(line.limits().size());
      for (int i = 0; i < line.limits().size(); i++) {
        StoredLimit limit = line.limits().get(i);
        packing.octet(limit.isRolling() ? 0 : 1).id(limit.id);
        if (limit.spec.window() instanceof Window.Rolling rolling) {
          packing.number(limit.capacity).number(rolling.periodMillis());
        } else {
          long next = limit.endMillis(fromMillis);
          till = Math.min(till, next);
          packing.number(next).number(0);
        }
        packing.number(line.ends().get(i).longValue());
      }
    }
    return packing.set(0, fromMillis).set(1, till).bytes();
  }
}
