package dev.quota.redis;

import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import dev.quota.store.QuotaStoreException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;

/**
 * Counts how many people or groups have used more of a limit than a number of units, by reading all
 * counts of a quota in Redis. It reads no names, because there are none. Thread-safe.
 *
 * <p>It scans the keys without blocking Redis. With a million people this takes seconds, and counts
 * that change meanwhile may or may not be seen.
 */
public final class StoredUse implements AutoCloseable {

  private static final int BATCH = 1_000;
  private static final int SIMPLE = 0x10;
  private static final int MOST_IN_SHORT = 15;
  private static final int LONG = 1;
  private static final int ID_BYTES = 3;
  private static final int TIME_BYTES = 6;
  private static final int CALENDAR_BYTES = 14;
  private static final int ROLLING_BYTES = 29;

  private final RedissonClient client;
  private final boolean ownsClient;
  private final String prefix;
  private final PublishedCalls calls = new PublishedCalls();

  /**
   * How many have used more than a number of units.
   *
   * @param counted those who have used anything in their present window
   * @param above those of them who have used more
   * @param unread those whose count has a form that this class does not read; see "Keys and values"
   *     in the documentation
   */
  public record Above(long counted, long above, long unread) {}

  private StoredUse(RedissonClient client, boolean ownsClient, String keyPrefix) {
    this.client = client;
    this.ownsClient = ownsClient;
    this.prefix = RedisQuotaStoreBuilder.requirePrefix(keyPrefix);
  }

  /**
   * Connects to one Redis.
   *
   * @param address such as {@code redis://127.0.0.1:6379}; see {@link RedisQuotaStore#builder}
   * @param keyPrefix that of the store of the application
   * @return the use; it connects with its first call
   * @throws IllegalArgumentException if the address or the prefix is malformed
   */
  public static StoredUse connect(String address, String keyPrefix) {
    return new StoredUse(RedisAddress.parse(address).connect(), true, keyPrefix);
  }

  /**
   * Uses an application's client: standalone, Sentinel or Cluster.
   *
   * @param client the client, which is never closed here
   * @param keyPrefix that of the store of the application
   * @return the use
   * @throws IllegalArgumentException if the prefix is malformed
   */
  public static StoredUse of(RedissonClient client, String keyPrefix) {
    return new StoredUse(client, false, keyPrefix);
  }

  /**
   * Counts who has used more of a limit than a number of units, whatever their plan is.
   *
   * @param quota the policy by which it was counted
   * @param limit one of its limits
   * @param units the number, such as a smaller capacity
   * @return the counts; empty if the limit is no calendar limit, because only those keep a number
   *     until their window ends, and for limits on conversations
   * @throws QuotaStoreException if Redis cannot answer
   */
  public Optional<Above> above(QuotaPolicy quota, LimitPolicy limit, long units) {
    Window window = limit.window().in(ZoneOffset.UTC);
    if (!(window instanceof Window.Calendar)
        || limit.window() instanceof LimitWindow.Conversation) {
      return Optional.empty();
    }
    int id = StoredLimit.of(new LimitSpec(limit.name(), window, limit.capacity())).id;
    boolean apart = quota.isShadow(limit) && !quota.isShadow();
    String pattern = prefix + "{*}" + quota.name() + (apart ? ".shadow" : "");
    Tally tally = new Tally(id, units, calls.read(this::nowMillis));
    List<String> batch = new ArrayList<>(BATCH);
    try (Stream<String> keys =
        client
            .getKeys()
            .getKeysStream(KeysScanOptions.defaults().pattern(pattern).chunkSize(BATCH))) {
      for (String key : (Iterable<String>) keys::iterator) {
        batch.add(key);
        if (batch.size() == BATCH) {
          read(batch, tally);
        }
      }
    } catch (QuotaStoreException e) {
      throw e;
    } catch (RuntimeException e) {
      throw RedisFailure.of(e).exception(e);
    }
    read(batch, tally);
    return Optional.of(new Above(tally.counted, tally.above, tally.unread));
  }

  private long nowMillis() {
    List<Object> time =
        client
            .getScript(StringCodec.INSTANCE)
            .eval(RScript.Mode.READ_ONLY, "return redis.call('TIME')", RScript.ReturnType.LIST);
    return Long.parseLong(String.valueOf(time.get(0))) * 1_000;
  }

  private void read(List<String> batch, Tally tally) {
    if (!batch.isEmpty()) {
      Map<String, byte[]> values =
          calls.read(
              () ->
                  client
                      .getBuckets(ByteArrayCodec.INSTANCE)
                      .<byte[]>get(batch.toArray(String[]::new)));
      values.values().forEach(tally::add);
      batch.clear();
    }
  }

  /** Counts values. */
  private static final class Tally {

    private final int id;
    private final long units;
    private final long nowMillis;
    long counted;
    long above;
    long unread;

    Tally(int id, long units, long nowMillis) {
      this.id = id;
      this.units = units;
      this.nowMillis = nowMillis;
    }

    void add(byte[] value) {
      ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
      int limits = limits(bytes);
      if (limits == 0) {
        unread++;
        return;
      }
      OptionalDouble used = used(bytes, limits);
      if (used.isPresent() && used.getAsDouble() > 0) {
        counted++;
        above += used.getAsDouble() > units ? 1 : 0;
      }
    }

    /** Reads how many limits a value has; 0 if it has another form. */
    private static int limits(ByteBuffer bytes) {
      int first = bytes.remaining() == 0 ? 0 : bytes.get() & 0xff;
      if (first > SIMPLE && first <= SIMPLE + MOST_IN_SHORT) {
        return first - SIMPLE;
      }
      return first == SIMPLE && bytes.remaining() > 1 && bytes.get() == LONG
          ? bytes.get() & 0xff
          : 0;
    }

    /** Returns what is used in the present window; empty if the value has no such limit. */
    private OptionalDouble used(ByteBuffer bytes, int limits) {
      int at = bytes.position() + limits * ID_BYTES + TIME_BYTES;
      for (int i = 0; i < limits; i++) {
        int other = (int) number(bytes, bytes.position() + i * ID_BYTES, ID_BYTES);
        boolean calendar = (other & StoredLimit.CALENDAR_ID) != 0;
        if (other == id) {
          if (at + CALENDAR_BYTES > bytes.limit()) {
            return OptionalDouble.empty();
          }
          long endMillis = number(bytes, at + Double.BYTES, TIME_BYTES);
          return OptionalDouble.of(endMillis > nowMillis ? bytes.getDouble(at) : 0);
        }
        at += calendar ? CALENDAR_BYTES : ROLLING_BYTES;
      }
      return OptionalDouble.empty();
    }

    private static long number(ByteBuffer bytes, int at, int length) {
      long number = 0;
      for (int i = length - 1; i >= 0; i--) {
        number = (number << Byte.SIZE) | (bytes.get(at + i) & 0xff);
      }
      return number;
    }
  }

  /** Ends the threads. Closes the connections unless the client belongs to the application. */
  @Override
  public void close() {
    calls.close();
    if (ownsClient) {
      client.shutdown();
    }
  }
}
