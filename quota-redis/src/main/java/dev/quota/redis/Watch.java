package dev.quota.redis;

import dev.quota.spi.StoreHealth;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.redisson.api.RedissonClient;

/**
 * The one thread that looks after a Redis: it connects first, asks whether Redis is back while the
 * breaker is open, and now and then whether Redis is set up to lose counts. Safe for use by several
 * threads.
 *
 * <p>A client that has not connected yet can block whoever uses it for many seconds; this thread is
 * there to be blocked.
 */
final class Watch implements AutoCloseable {

  static final String STORE = "redis";

  private static final System.Logger LOG = System.getLogger(Watch.class.getName());

  private static final Duration INSPECTION_INTERVAL = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final byte[] NO_ARGUMENT = {};
  private static final int INFO_AT = 9;
  private static final Pattern FIELD = Pattern.compile("(\\w+)=([^;]*);");

  /**
   * Writes, because a full, a read-only or an orphaned server answers reads all the same. What INFO
   * says is a courtesy: the user of the store may not have the right to ask.
   */
  private static final String PROBE =
      """
      redis.call('SET', KEYS[1], '', 'EX', 1)
      local found = ''
      for _, section in ipairs({'memory', 'stats'}) do
        local info = redis.pcall('INFO', section)
        if type(info) == 'string' then
          for _, name in ipairs({'maxmemory', 'maxmemory_policy', 'evicted_keys'}) do
            local value = string.match(info, '\\n' .. name .. ':([%w-]+)')
            if value then found = found .. name .. '=' .. value .. ';' end
          end
        end
      end
      return struct.pack('<Bd', 0, real) .. found
      """;

  private final Wire wire;
  private final Shard shard;
  private final Script probe;
  private final List<Object> probeKeys;
  private final Duration budget;
  private final Duration probeInterval;
  private final Thread thread;
  private final CountDownLatch firstLook = new CountDownLatch(1);
  private boolean wakeUp;
  private volatile boolean closed;
  private volatile boolean connected;
  private volatile Optional<String> warning = Optional.empty();

  Watch(RedissonClient client, RedisKeys keys, RedisQuotaStore.Builder settings) {
    budget = settings.timeBudget;
    probeInterval = settings.probeInterval;
    wire = new Wire(client, PATIENCE, settings.handedTime);
    probe = Script.of("-- quota probe\n" + wire.clock().lua + PROBE);
    probeKeys = List.of(keys.internal("probe"));
    Breaker breaker =
        new Breaker(settings.failuresBeforeOpen, this::wakeUp, "there is no connection yet");
    shard = new Shard(STORE, "probe", breaker, new ServerTime());
    thread = new Thread(this::run, "quota-redis-watch");
    thread.setDaemon(true);
  }

  Shard shard() {
    return shard;
  }

  /** Starts watching, and waits for the first answer of Redis, but not for long. */
  void start(Duration wait) {
    thread.start();
    try {
      boolean looked = firstLook.await(wait.toMillis(), TimeUnit.MILLISECONDS);
      LOG.log(
          System.Logger.Level.DEBUG,
          looked ? "The first look at Redis is over." : "Going on without waiting for Redis.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void wakeUp() {
    wakeUp = true;
    notifyAll();
  }

  private void run() {
    boolean wasAway = false;
    while (!closed) {
      boolean isAway = !look();
      firstLook.countDown();
      if (isAway && !wasAway && !closed) {
        Breaker.Outage outage = shard.breaker().outage();
        LOG.log(
            System.Logger.Level.WARNING,
            "Redis cannot be asked: {0}. Policies decide without it until it answers.",
            outage == null ? "unknown" : outage.reason());
      }
      wasAway = isAway;
      pause(isAway ? jittered(probeInterval) : INSPECTION_INTERVAL);
    }
  }

  private static Duration jittered(Duration interval) {
    long millis = interval.toMillis();
    return Duration.ofMillis(millis * ThreadLocalRandom.current().nextInt(80, 121) / 100);
  }

  private synchronized void pause(Duration time) {
    long endNanos = System.nanoTime() + time.toNanos();
    try {
      long leftMillis = time.toMillis();
      while (!wakeUp && !closed && leftMillis > 0) {
        wait(leftMillis);
        leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
      }
    } catch (InterruptedException e) {
      closed = true;
    }
    wakeUp = false;
  }

  /** Asks Redis, and opens or closes the breaker; returns whether Redis can decide. */
  private boolean look() {
    long askedNanos = System.nanoTime();
    byte[] reply;
    try {
      reply = ask();
    } catch (InterruptedException e) {
      closed = true;
      return false;
    } catch (TimeoutException e) {
      shard.breaker().open(Trouble.NO_ANSWER.sentence);
      return false;
    } catch (ExecutionException | RuntimeException e) {
      shard.breaker().open(Trouble.of(cause(e)).sentence);
      LOG.log(System.Logger.Level.DEBUG, "Redis could not be asked.", e);
      return false;
    }
    long receivedNanos = System.nanoTime();
    if (!wire.isTimeHanded()) {
      long now = (long) ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN).getDouble(1);
      shard.time().learn(now, askedNanos, receivedNanos);
    }
    long tookNanos = receivedNanos - askedNanos;
    // The first answer includes connecting and says nothing about the next one.
    if (connected && shard.breaker().outage() != null && tookNanos > budget.toNanos()) {
      shard
          .breaker()
          .open(
              "it took "
                  + TimeUnit.NANOSECONDS.toMillis(tookNanos)
                  + " ms to answer, longer than the time budget");
      return false;
    }
    inspect(new String(reply, INFO_AT, reply.length - INFO_AT, StandardCharsets.US_ASCII));
    Breaker.Outage over = shard.breaker().close();
    if (over != null && connected) {
      LOG.log(
          System.Logger.Level.INFO,
          "Redis answers again, after {0} s.",
          TimeUnit.NANOSECONDS.toSeconds(receivedNanos - over.sinceNanos()));
    }
    connected = true;
    return true;
  }

  private byte[] ask() throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return evaluate();
    } catch (ExecutionException e) {
      if (Trouble.of(cause(e)) != Trouble.NO_SCRIPT) {
        throw e;
      }
    }
    String sha = wire.load(probe, probeKeys).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    LOG.log(System.Logger.Level.DEBUG, "Loaded the probe {0}.", sha);
    return evaluate();
  }

  private byte[] evaluate() throws InterruptedException, ExecutionException, TimeoutException {
    return wire.evaluate(probe, probeKeys, NO_ARGUMENT)
        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Throwable cause(Exception failure) {
    return failure instanceof ExecutionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Looks whether Redis may throw counts away, which hands out fresh allowances. */
  private void inspect(String info) {
    Map<String, String> found = new HashMap<>();
    Matcher fields = FIELD.matcher(info);
    while (fields.find()) {
      found.put(fields.group(1), fields.group(2));
    }
    String policy = found.getOrDefault("maxmemory_policy", "noeviction");
    Optional<String> now = Optional.empty();
    if (!policy.equals("noeviction") && !found.getOrDefault("maxmemory", "0").equals("0")) {
      now =
          Optional.of(
              "Redis may evict counts under maxmemory-policy "
                  + policy
                  + ", and did so with "
                  + found.getOrDefault("evicted_keys", "0")
                  + " keys of all kinds; an evicted count is a fresh allowance. Set noeviction.");
    }
    if (now.isPresent() && warning.isEmpty()) {
      LOG.log(System.Logger.Level.WARNING, now.get());
    }
    warning = now;
  }

  StoreHealth health(int calls) {
    Breaker.Outage outage = shard.breaker().outage();
    if (outage != null) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - outage.sinceNanos());
      return new StoreHealth(
          STORE, false, "Not asked for " + seconds + " s: " + outage.reason() + ".");
    }
    String waiting = calls == 1 ? "1 call waits." : calls + " calls wait.";
    return new StoreHealth(
        STORE, true, "Answering; " + waiting + warning.map(text -> " " + text).orElse(""));
  }

  /** Ends the thread. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
