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
 * Sends scripts through a Redisson client. Each is sent once, because the client's retries are
 * turned off for these calls. Thread-safe; never blocks when the client is connected.
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

  /** Returns whether scripts get the time from this process, as in tests. */
  boolean isTimeHanded() {
    return handedTime.isPresent();
  }

  long handedMillis() {
    return handedTime.map(QuotaClock::millis).orElse(0L);
  }

  /** Runs a script that Redis has loaded. */
  CompletableFuture<byte[]> evaluate(Script script, List<Object> keys, byte[] argument) {
    // Reads go to the master too, because a replica may miss the last charge.
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

  /**
   * Runs a script with its full text, because a redirection may lead to a server that has not
   * loaded it.
   */
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

  /** Loads a script on the master of a key. To load it everywhere would wait for every replica. */
  CompletableFuture<String> load(Script script, List<Object> keys) {
    return scripts.scriptLoadAsync(keys.get(0).toString(), script.text()).toCompletableFuture();
  }

  private byte[] time() {
    return new Packing(Packing.NUMBER_BYTES).number(handedMillis()).bytes();
  }
}
