package dev.quota.redis;

import dev.quota.policy.Window;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The renewal of some holds in one call. One script must be able to reach their keys. Immutable.
 */
final class RenewCall implements Question {

  /** The most holds of one call. Redis needs about half a millisecond for that many. */
  static final int MAX_HOLDS = 100;

  private static final int VERB = 6;
  private static final int HEAD_BYTES = 25;
  private static final int HOLD_BYTES = 18;
  private static final int PERMIT_BYTES = 11;
  private static final int TIME_AT = 1;
  private static final int HOLDS_AT = 11;

  private final Script script;
  private final List<Line> lines;
  private final List<Object> keys;
  private final int counts;

  /** A hold, the position of its count's key (from 1), and its concurrent limits. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
  private record Line(int key, Operation operation, byte[] holder, List<StoredLimit> permits) {}

  private RenewCall(Script script, List<Line> lines, List<Object> keys, int counts) {
    this.script = script;
    this.lines = List.copyOf(lines);
    this.keys = List.copyOf(keys);
    this.counts = counts;
  }

  /** Returns the renewal of at most {@link #MAX_HOLDS} holds. */
  static RenewCall of(List<Hold> holds, RedisKeys redisKeys, Script script) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    List<Line> lines = new ArrayList<>();
    List<Object> operations = new ArrayList<>();
    for (Hold hold : holds) {
      String name = redisKeys.name(hold.key());
      int key = counts.computeIfAbsent(name, absent -> counts.size() + 1);
      Operation operation = hold.operation().orElseThrow();
      lines.add(new Line(key, operation, redisKeys.permit(operation.id()), permits(hold.limits())));
      operations.add(redisKeys.operation(name, false, operation.id()));
    }
    List<Object> keys = new ArrayList<>(counts.keySet());
    keys.addAll(operations);
    counts.keySet().forEach(name -> keys.add(RedisKeys.permits(name)));
    return new RenewCall(script, lines, keys, counts.size());
  }

  private static List<StoredLimit> permits(List<LimitSpec> limits) {
    return EntryLayout.of(limits).limits.stream()
        .filter(limit -> limit.kind == StoredLimit.Kind.PERMITS)
        .toList();
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
    return keys;
  }

  @Override
  public byte[] pack(long fromMillis, long tillMillis) {
    int permits = lines.stream().mapToInt(line -> line.permits().size()).sum();
    Packing packing =
        new Packing(HEAD_BYTES + lines.size() * HOLD_BYTES + permits * PERMIT_BYTES).skip(2);
    packing.octet(VERB).octet(0).octet(counts).word(counts).word(counts + lines.size()).octet(0);
    packing.octet(lines.size());
    for (Line line : lines) {
      packing.octet(line.key()).number(line.operation().keepMillis());
      packing.octets(line.holder()).octet(line.permits().size());
      for (StoredLimit limit : line.permits()) {
        packing.id(limit.id).number(((Window.Concurrent) limit.spec.window()).leaseMillis());
      }
    }
    return packing.set(0, fromMillis).set(1, tillMillis).bytes();
  }

  /** Reads the reply, which says which holds are gone. */
  static StoreReply read(byte[] reply) {
    ByteBuffer buffer = ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN);
    List<EntryResult> results = new ArrayList<>();
    for (int i = HOLDS_AT; i < reply.length; i++) {
      results.add(new EntryResult(0, reply[i] == 1, List.of()));
    }
    return new StoreReply(
        results.stream().allMatch(EntryResult::gone)
            ? StoreReply.Outcome.GONE
            : StoreReply.Outcome.DONE,
        Instant.ofEpochMilli((long) buffer.getDouble(TIME_AT)),
        Accuracy.EXACT,
        results);
  }
}
