package dev.quota.redis;

import dev.quota.spi.Change;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Window;
import java.util.ArrayList;
import java.util.List;

/** A settlement of some holds, ready to be packed for its script. Immutable. */
final class AdjustCall implements Question {

  private static final int HEAD_BYTES = 16;
  private static final int CHANGE_BYTES = 10;
  private static final int LIMIT_BYTES = 28;

  /** What changes at one key, and where each limit stands in the hold. */
  private record Line(int key, long units, Hold hold, List<Integer> counted) {}

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
                .mapToInt(line -> CHANGE_BYTES + LIMIT_BYTES * line.counted().size())
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
      List<Integer> counted = new ArrayList<>();
      for (int i = 0; i < hold.limits().size(); i++) {
        if (StoredLimit.isCounted(hold.limits().get(i))) {
          counted.add(i);
        }
      }
      lines.add(
          new Line(keys.indexOf(name) + 1, change.totalUnits() - hold.units(), hold, counted));
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
      packing.octet(line.key()).number(line.units()).octet(line.counted().size());
      for (int index : line.counted()) {
        LimitSpec spec = line.hold().limits().get(index);
        StoredLimit limit = StoredLimit.of(spec);
        packing.octet(limit.isRolling() ? 0 : 1).id(limit.id);
        if (spec.window() instanceof Window.Rolling rolling) {
          packing.number(limit.capacity).number(rolling.periodMillis());
        } else {
          long next = limit.endMillis(fromMillis);
          till = Math.min(till, next);
          packing.number(next).number(0);
        }
        packing.number(line.hold().windowEndsMillis().get(index).longValue());
      }
    }
    return packing.set(0, fromMillis).set(1, till).bytes();
  }
}
