package dev.quota.redis;

import dev.quota.store.QuotaClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.codec.ByteArrayCodec;

/**
 * Sends scripts through a Redisson client, each exactly once: whatever its settings say, nothing is
 * repeated by itself. Safe for use by several threads; never blocks once the client is connected.
 */
final class Wire {

  private final RScript scripts;
  private final Optional<QuotaClock> handedTime;

  Wire(RedissonClient client, Duration timeout, Optional<QuotaClock> handedTime) {
    this.handedTime = handedTime;
    this.scripts =
        client.getScript(
            OptionalOptions.defaults()
                .codec(ByteArrayCodec.INSTANCE)
                .retryAttempts(0)
                .timeout(timeout));
  }

  Script.Clock clock() {
    return isTimeHanded() ? Script.Clock.ARGUMENT : Script.Clock.REDIS;
  }

  /** Returns whether scripts get the time from here, as in tests. */
  boolean isTimeHanded() {
    return handedTime.isPresent();
  }

  long handedMillis() {
    return handedTime.map(QuotaClock::millis).orElse(0L);
  }

  /** Runs a script that Redis knows. */
  CompletableFuture<byte[]> evaluate(Script script, List<Object> keys, byte[] argument) {
    // Also what only reads goes to the master: a replica may not know the last charge.
    return scripts
        .<byte[]>evalShaAsync(
            keys.get(0).toString(),
            RScript.Mode.READ_WRITE,
            script.sha(),
            RScript.ReturnType.VALUE,
            keys,
            arguments(argument))
        .toCompletableFuture();
  }

  /** Runs a script wherever redirections lead, which need not be where it was loaded. */
  CompletableFuture<byte[]> evaluateText(Script script, List<Object> keys, byte[] argument) {
    return scripts
        .<byte[]>evalAsync(
            keys.get(0).toString(),
            RScript.Mode.READ_WRITE,
            script.text(),
            RScript.ReturnType.VALUE,
            keys,
            arguments(argument))
        .toCompletableFuture();
  }

  private Object[] arguments(byte[] argument) {
    return isTimeHanded() ? new Object[] {argument, time()} : new Object[] {argument};
  }

  /** Loads a script where a key lives; loading it everywhere would wait for every replica. */
  CompletableFuture<String> load(Script script, List<Object> keys) {
    return scripts.scriptLoadAsync(keys.get(0).toString(), script.text()).toCompletableFuture();
  }

  private byte[] time() {
    return new Packing(Packing.NUMBER_BYTES).number(handedMillis()).bytes();
  }
}
