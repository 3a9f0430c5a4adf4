package dev.quota.redis;

import dev.quota.redis.TakeScript.Verb;
import dev.quota.spi.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A command for {@link OperateScript} that a short script of its shape can usually execute. If it
 * cannot, it changes nothing and says so. Immutable.
 */
final class ShortCall implements Question {

  private final OperateCall call;
  private final Script script;
  private final boolean reserves;
  private final int bytes;

  private ShortCall(OperateCall call, Script script, boolean reserves, int bytes) {
    this.call = call;
    this.script = script;
    this.reserves = reserves;
    this.bytes = bytes;
  }

  /** Returns the short form of a command, if there is one. */
  static Optional<ShortCall> of(OperateCall call, Script.Clock clock) {
    boolean reserves = call.verb == OperateCall.Verb.TAKE;
    boolean settles = call.verb == OperateCall.Verb.SETTLE && call.last;
    if (call.operation.isEmpty() || !(reserves || settles)) {
      return Optional.empty();
    }
    StringBuilder spelling = new StringBuilder();
    Set<Integer> seen = new HashSet<>();
    int size = reserves ? 25 : 16;
    int quota = 0;
    for (OperateCall.Line line : call.lines) {
      boolean opens = settles || line.quota() != quota;
      quota = line.quota();
      if (!isPlain(line) || !seen.add(line.key()) || (opens && !settles && !seen.add(-quota))) {
        return Optional.empty();
      }
      if (spelling.length() > 0) {
        spelling.append(opens ? Shape.NEXT_QUOTA : Shape.SAME_QUOTA);
      }
      spelling.append(line.layout().kinds);
      size += (opens ? TakeCall.QUOTA_BYTES : 0) + TakeCall.entryBytes(line.layout());
    }
    Verb verb = reserves ? Verb.RESERVE : Verb.SETTLE;
    Shape shape = new Shape(spelling.toString());
    if (!TakeScript.fits(verb, shape)) {
      return Optional.empty();
    }
    return Optional.of(new ShortCall(call, TakeScript.of(verb, shape, clock), reserves, size));
  }

  private static boolean isPlain(OperateCall.Line line) {
    List<StoredLimit> limits = line.limits();
    return !limits.isEmpty()
        && line.layout().isPacked()
        && limits.stream().noneMatch(StoredLimit::needsOperate);
  }

  @Override
  public boolean isRead() {
    return false;
  }

  @Override
  public Script script() {
    return script;
  }

  @Override
  public List<Object> keys() {
    return call.keys();
  }

  @Override
  public byte[] pack(long fromMillis, long tillMillis) {
    Packing packing = new Packing(bytes).skip(2);
    if (reserves) {
      Operation operation = call.operation.orElseThrow();
      packing
          .number(operation.keepMillis())
          .octet(operation.kind() == Operation.Kind.RESERVATION ? 1 : 0);
    }
    long till = tillMillis;
    int quota = 0;
    for (OperateCall.Line line : call.lines) {
      if (!reserves || line.quota() != quota) {
        packing.number(line.cost()).number(line.least()).octet(line.onShort());
      }
      quota = line.quota();
      till = Math.min(till, TakeCall.packEntry(line.layout(), fromMillis, packing));
    }
    return packing.set(0, fromMillis).set(1, till).bytes();
  }
}
