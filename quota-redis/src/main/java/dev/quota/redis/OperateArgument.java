package dev.quota.redis;

import dev.quota.policy.Window;
import dev.quota.spi.Operation;
import java.util.Optional;

/** Packs the argument of {@link OperateScript}. Immutable. */
final class OperateArgument {

  private static final int HEAD_BYTES = 24;
  private static final int OPERATION_BYTES = 18;
  private static final int LINE_BYTES = 29;
  private static final int LIMIT_BYTES = 36;
  private static final int ROLLOVER_BYTES = 24;

  /** The kinds of limits, as in operate.lua. */
  private static final int ROLLING = 0;

  private static final int CALENDAR = 1;
  private static final int PERMITS = 2;
  private static final int SLIDING = 5;
  private static final int SESSION = 6;
  private static final int ROLLOVER = 7;

  private final OperateCall call;

  /** The id of the operation among the permits of a limit. */
  private final Optional<byte[]> holder;

  OperateArgument(OperateCall call, Optional<byte[]> holder) {
    this.call = call;
    this.holder = holder;
  }

  byte[] pack(long fromMillis, long tillMillis) {
    Packing packing = new Packing(bytes()).skip(2);
    long till = tillMillis;
    Optional<Operation> operation = call.operation;
    packing.octet(call.verb.number).octet(operation.isPresent() ? 1 : 0);
    if (operation.isPresent()) {
      Operation remembered = operation.get();
      packing
          .octet(remembered.kind() == Operation.Kind.RESERVATION ? 1 : 0)
          .number(remembered.keepMillis())
          .octet(call.last ? 1 : 0)
          .octets(holder.orElseThrow());
    }
    int counts = call.counts().size();
    int heldAt = counts;
    int permitsAt = heldAt + (operation.isPresent() ? counts : 0);
    packing.octet(counts).word(heldAt).word(permitsAt).octet(call.lines.size());
    for (OperateCall.Line line : call.lines) {
      till = Math.min(till, pack(line, fromMillis, packing));
    }
    return packing.set(0, fromMillis).set(1, till).bytes();
  }

  /** Packs a line. Returns until when the packed values are valid. */
  private static long pack(OperateCall.Line line, long fromMillis, Packing packing) {
    packing
        .octet(line.key())
        .octet(line.quota())
        .number(line.cost())
        .number(line.least())
        .number(line.nextCost())
        .octet(line.onShort())
        .octet(line.layout().closed ? 1 : 0)
        .octet(line.limits().size());
    long till = Long.MAX_VALUE;
    for (int i = 0; i < line.limits().size(); i++) {
      till = Math.min(till, pack(line.limits().get(i), line.ends().get(i), fromMillis, packing));
    }
    return till;
  }

  /** Packs a limit. Returns until when the packed values are valid. */
  private static long pack(StoredLimit limit, long end, long fromMillis, Packing packing) {
    Window window = limit.spec.window();
    if (window instanceof Window.Rolling rolling) {
      return pack(ROLLING, limit, rolling.periodMillis(), 0, end, packing);
    }
    if (window instanceof Window.Sliding sliding) {
      return pack(SLIDING, limit, sliding.periodMillis(), sliding.slotMillis(), end, packing);
    }
    if (window instanceof Window.Session session) {
      return pack(SESSION, limit, session.periodMillis(), 0, end, packing);
    }
    if (window instanceof Window.Concurrent concurrent) {
      return pack(PERMITS, limit, concurrent.leaseMillis(), 0, end, packing);
    }
    long next = limit.endMillis(fromMillis);
    long furthest = limit.kind.furthestEnd().toMillis();
    pack(limit.rollsOver() ? ROLLOVER : CALENDAR, limit, next, furthest, end, packing);
    if (limit.rollsOver()) {
      StoredLimit.Starts starts = limit.starts(fromMillis);
      packing.number(limit.rollover).number(starts.startMillis()).number(starts.beforeMillis());
    }
    return next;
  }

  private static long pack(
      int kind, StoredLimit limit, long one, long two, long end, Packing packing) {
    packing.octet(kind).id(limit.id).number(limit.capacity).number(one).number(two).number(end);
    return Long.MAX_VALUE;
  }

  private int bytes() {
    int limits = call.lines.stream().mapToInt(line -> line.limits().size()).sum();
    long rolling =
        call.lines.stream()
            .flatMap(line -> line.limits().stream())
            .filter(StoredLimit::rollsOver)
            .count();
    return HEAD_BYTES
        + (call.operation.isPresent() ? OPERATION_BYTES : 0)
        + call.lines.size() * LINE_BYTES
        + limits * LIMIT_BYTES
        + (int) rolling * ROLLOVER_BYTES;
  }
}
