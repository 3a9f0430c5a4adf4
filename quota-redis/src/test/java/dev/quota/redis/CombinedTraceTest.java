package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.LimitSpec;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.storetests.ModelStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.redisson.client.RedisNoScriptException;

/**
 * Calls that travel together get what they would have got one after the other: the same numbers,
 * each caller its own.
 */
final class CombinedTraceTest extends OnRedis {

  private static final int STEPS = Boolean.getBoolean("quota.soak") ? 20_000 : 800;
  private static final int CALLERS = 8;

  private final RedisKeys keys = new RedisKeys("q", Optional.empty());

  @Test
  void theNthOfABatchHearsWhatTheNthInARowWouldHear() {
    for (long seed = 31_000; seed < 31_004; seed++) {
      emptyRedis();
      ManualClock time = new ManualClock(Instant.EPOCH);
      RandomCharges charges = new RandomCharges(seed, time);
      time.set(charges.start());
      QuotaStore model = new ModelStore(time);
      Wire wire = new Wire(client, PATIENCE, Optional.of(time));
      List<LimitSpec> limits = charges.version();
      for (int step = 0; step < STEPS; step++) {
        charges.move();
        if (charges.random().nextInt(50) == 0) {
          limits = charges.version();
        }
        List<StoreCommand> commands = new ArrayList<>();
        commands.add(charges.combinable(limits));
        for (int i = charges.random().nextInt(12); i > 0; i--) {
          commands.add(charges.withAnotherNextCost(commands.get(0)));
        }
        List<StoreReply> expected = commands.stream().map(model::execute).toList();
        List<StoreReply> actual = asOne(wire, time, commands);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(actual.get(i))
              .as(
                  "seed %d, step %d, %d of %d at %s, %s",
                  seed, step, i + 1, expected.size(), time.instant(), commands.get(i))
              .isEqualTo(expected.get(i));
        }
        charges.saw(actual.get(0));
      }
    }
  }

  private List<StoreReply> asOne(Wire wire, ManualClock time, List<StoreCommand> commands) {
    List<TakeCall> calls = commands.stream().map(this::call).toList();
    TakeCall first = calls.get(0);
    calls.forEach(call -> assertThat(first.canJoin(call)).isTrue());
    Script script = TakeScript.of(first.shape, wire.clock());
    byte[] argument = first.pack(time.millis(), time.millis() + 1, calls.size());
    byte[] reply;
    try {
      reply = wire.evaluate(script, first.keys, argument).join();
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(RedisNoScriptException.class);
      wire.load(script, first.keys).join();
      reply = wire.evaluate(script, first.keys, argument).join();
    }
    List<StoreReply> replies = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      replies.add(TakeReply.read(calls.get(i), reply, i));
    }
    return replies;
  }

  private TakeCall call(StoreCommand command) {
    return command instanceof StoreCommand.Take take
        ? TakeCall.of(take.entries(), false, keys)
        : TakeCall.of(((StoreCommand.Peek) command).entries(), true, keys);
  }

  @Test
  void callersAtOneMomentHearAmongThemWhatCallersInARowWouldHear() {
    ManualClock time = new ManualClock(Instant.EPOCH);
    RandomCharges charges = new RandomCharges(32_000, time);
    time.set(charges.start());
    QuotaStore model = new ModelStore(time);
    QuotaStore store = store(builder -> builder.handedTime(time));
    redis.resetStatistics();
    int decisions = 0;
    List<LimitSpec> limits = charges.version();
    for (int step = 0; step < STEPS / 2; step++) {
      charges.move();
      if (charges.random().nextInt(50) == 0) {
        limits = charges.version();
      }
      StoreCommand command = charges.combinable(limits);
      List<CompletableFuture<StoreReply>> asked = new ArrayList<>();
      List<StoreReply> expected = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        asked.add(store.executeAsync(command).toCompletableFuture());
        expected.add(model.execute(command));
      }
      List<StoreReply> actual = asked.stream().map(CompletableFuture::join).toList();
      assertThat(actual)
          .as("seed 32000, step %d, %s, %s", step, time.instant(), command)
          .containsExactlyInAnyOrderElementsOf(expected);
      charges.saw(actual.get(0));
      decisions += CALLERS;
    }
    assertThat(redis.calls("evalsha"))
        .as("calls of Redis for %d decisions", decisions)
        .isLessThan(decisions * 3L / 4);
  }
}
