package dev.quota.benchmarks.redis;

import dev.quota.AsyncQuotas;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.redis.RedisQuotaStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.redisson.api.RScript;
import org.redisson.client.codec.ByteArrayCodec;

/**
 * Decisions per second with 64 in flight on one hot key. No thread waits: each decision starts the
 * next one when it completes. The baseline is an empty script with the same number in flight,
 * measured by turns. Prints the medians and their ratios to the baseline of the same round.
 */
public final class AsyncLoad {

  private static final int IN_FLIGHT = 64;
  private static final int ROUNDS = 15;
  private static final long WARM_UP_MILLIS = 2_000;
  private static final long MEASURED_MILLIS = 500;
  private static final int POOL = 8;

  /** The same timeout as that of Redisson for the baseline. */
  private static final Duration BUDGET = Duration.ofSeconds(3);

  private AsyncLoad() {}

  /**
   * Measures.
   *
   * @param arguments none
   * @throws IOException if Redis does not start or answer
   */
  public static void main(String[] arguments) throws IOException {
    try (RedisProcess redis = RedisProcess.start();
        Clients clients = new Clients(redis.port(), POOL)) {
      Node node = clients.nodes(1, 1).get(0);
      try (Quotas quotas = engine(node)) {
        Map<String, Supplier<CompletionStage<?>>> contenders = new LinkedHashMap<>();
        contenders.put("floor", floor(node));
        contenders.put("quotas.async()", decisions(quotas.async(), node.ids().get(0)));
        contenders.values().forEach(work -> perSecond(work, WARM_UP_MILLIS));
        print(measured(contenders));
      }
    }
  }

  private static Quotas engine(Node node) {
    return Quotas.builder()
        .policy(
            QuotaPolicy.builder("chat")
                .limit("burst", Capacities.PER_MINUTE + " per minute")
                .limit("daily", Capacities.PER_DAY + " per calendar day")
                .limit("monthly", Capacities.PER_MONTH + " per calendar month")
                .build())
        .store(RedisQuotaStore.builder(node.redisson()).timeBudget(BUDGET).build())
        .build();
  }

  private static Supplier<CompletionStage<?>> decisions(AsyncQuotas quotas, String id) {
    return () ->
        quotas
            .charge(Subject.user(id), "chat", 1)
            .thenAccept(
                decision -> {
                  if (!decision.isAllowed()) {
                    throw new IllegalStateException("refused: " + decision);
                  }
                });
  }

  private static Supplier<CompletionStage<?>> floor(Node node) {
    RScript scripts = node.redisson().getScript(ByteArrayCodec.INSTANCE);
    String sha = scripts.scriptLoad("return '1'");
    List<Object> keys = List.of(EmptyScript.keys(node.ids()).get(0));
    byte[] argument = new byte[EmptyScript.ARGUMENT_BYTES];
    return () ->
        scripts.evalShaAsync(
            RScript.Mode.READ_WRITE, sha, RScript.ReturnType.VALUE, keys, argument);
  }

  private static Map<String, List<Double>> measured(
      Map<String, Supplier<CompletionStage<?>>> contenders) {
    Map<String, List<Double>> results = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      contenders.forEach(
          (name, work) ->
              results
                  .computeIfAbsent(name, any -> new ArrayList<>())
                  .add(perSecond(work, MEASURED_MILLIS)));
    }
    return results;
  }

  /** Keeps that many in flight until the time is over, and waits for the last ones. */
  private static double perSecond(Supplier<CompletionStage<?>> work, long millis) {
    LongAdder done = new LongAdder();
    Phaser open = new Phaser(1);
    long begun = System.nanoTime();
    long till = begun + TimeUnit.MILLISECONDS.toNanos(millis);
    for (int i = 0; i < IN_FLIGHT; i++) {
      open.register();
      next(work, done, open, till);
    }
    open.arriveAndAwaitAdvance();
    return done.sum() * 1e9 / (System.nanoTime() - begun);
  }

  private static void next(
      Supplier<CompletionStage<?>> work, LongAdder done, Phaser open, long till) {
    CompletionStage<?> unused =
        work.get()
            .whenComplete(
                (result, failure) -> {
                  if (failure != null) {
                    System.err.println("a call failed: " + failure);
                  }
                  done.increment();
                  if (failure == null && System.nanoTime() - till < 0) {
                    next(work, done, open, till);
                  } else {
                    open.arriveAndDeregister();
                  }
                });
  }

  private static void print(Map<String, List<Double>> results) {
    List<Double> floor = results.values().iterator().next();
    results.forEach(
        (name, rates) -> {
          List<Double> ratios = new ArrayList<>();
          for (int round = 0; round < ROUNDS; round++) {
            ratios.add(rates.get(round) / floor.get(round));
          }
          System.out.printf(
              Locale.ROOT,
              "%s: %,.0f per second, %.2f (%.2f–%.2f) of the floor%n",
              name,
              median(rates),
              median(ratios),
              ratios.stream().mapToDouble(it -> it).min().orElseThrow(),
              ratios.stream().mapToDouble(it -> it).max().orElseThrow());
        });
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
