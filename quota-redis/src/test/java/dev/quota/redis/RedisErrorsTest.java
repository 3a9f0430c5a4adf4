package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.entry;
import static dev.quota.redis.Charges.name;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;

/**
 * Errors that a real Redis can be made to say, through Redisson: {@link RedisFailureTest} lists
 * more.
 */
final class RedisErrorsTest extends OnRedis {

  private final TakeCall call =
      TakeCall.of(List.of(entry(ALICE, 1, daily(50))), false, new RedisKeys("q", Optional.empty()));

  private final Script script = TakeScript.of(call.shape, Script.Clock.REDIS);

  @AfterEach
  void mendRedis() {
    redis.command("CONFIG", "SET", "maxmemory", "0");
    redis.command("CONFIG", "SET", "min-replicas-to-write", "0");
    redis.command("CONFIG", "SET", "replica-serve-stale-data", "yes");
    redis.command("REPLICAOF", "NO", "ONE");
  }

  private RedisFailure failureOf() {
    return failureOf(client, call);
  }

  private RedisFailure failureOf(RedissonClient asking, TakeCall asked) {
    long now = redisMillis();
    return new Wire(asking, PATIENCE, Optional.empty())
        .evaluate(script, asked.keys, asked.pack(now - 60_000, now + 60_000, 1))
        .handle((reply, failure) -> failure)
        .thenApply(
            failure -> {
              assertThat(failure).as("Redis does not carry it out").isNotNull();
              return RedisFailure.of(failure);
            })
        .join();
  }

  private void load() {
    redis.command("SCRIPT", "LOAD", script.text());
  }

  @Test
  void aScriptThatWasFlushed() {
    redis.command("SCRIPT", "FLUSH");
    assertThat(failureOf()).isEqualTo(RedisFailure.NO_SCRIPT);
  }

  @Test
  void aKeyOfAnotherType() {
    load();
    redis.command("RPUSH", name(ALICE), "a");
    assertThat(failureOf()).isEqualTo(RedisFailure.WRONG_TYPE);
  }

  @Test
  void aFullServer() {
    load();
    redis.command("CONFIG", "SET", "maxmemory", "1");
    assertThat(failureOf()).isEqualTo(RedisFailure.OUT_OF_MEMORY);
  }

  @Test
  void aReadOnlyReplicaAndOneThatHasLostItsMaster() {
    load();
    redis.command("REPLICAOF", "127.0.0.1", "1");
    assertThat(failureOf()).isEqualTo(RedisFailure.READ_ONLY);
    redis.command("CONFIG", "SET", "replica-serve-stale-data", "no");
    assertThat(failureOf()).isEqualTo(RedisFailure.MASTER_DOWN);
  }

  @Test
  void tooFewReplicas() {
    load();
    redis.command("CONFIG", "SET", "min-replicas-to-write", "1");
    assertThat(failureOf()).isEqualTo(RedisFailure.NO_REPLICAS);
  }

  @Test
  void aServerThatRunsAnotherScript() throws IOException {
    load();
    redis.command("CONFIG", "SET", "lua-time-limit", "10");
    // The time of Redis stands still meanwhile, and the test does not ask for it.
    byte[] argument = call.pack(redisMillis(), redisMillis() + 60_000, 1);
    try (RespConnection endless = redis.connect()) {
      endless.send("EVAL", "while true do end", "0");
      Eventually.within(PATIENCE, "it is busy", RedisErrorsTest::isBusy);
      RedisFailure found =
          new Wire(client, PATIENCE, Optional.empty())
              .evaluate(script, call.keys, argument)
              .handle((reply, failure) -> RedisFailure.of(failure))
              .join();
      assertThat(found).isEqualTo(RedisFailure.BUSY);
    } finally {
      redis.command("SCRIPT", "KILL");
      // It is killed when it next looks.
      Eventually.within(PATIENCE, "it is free again", () -> !isBusy());
      redis.command("CONFIG", "SET", "lua-time-limit", "5000");
    }
  }

  private static boolean isBusy() {
    try {
      redis.command("PING");
      return false;
    } catch (RespConnection.RefusedByRedis busy) {
      return busy.getMessage().startsWith("BUSY");
    }
  }

  @Test
  void aUserWithoutTheRightAndAWrongPassword() {
    load();
    redis.command("ACL", "SETUSER", "reader", "on", ">pass", "~*", "+@all", "-evalsha");
    redis.command("ACL", "SETUSER", "looker", "on", ">pass", "~*", "+@all", "-set");
    UnaryOperator<String> as = user -> redis.address().replace("//", "//" + user + "@");
    RedissonClient reader = RedisAddress.parse(as.apply("reader:pass")).connect();
    RedissonClient looker = RedisAddress.parse(as.apply("looker:pass")).connect();
    RedissonClient nobody = RedisAddress.parse(as.apply("reader:wrong")).connect();
    try {
      assertThat(failureOf(reader, call)).isEqualTo(RedisFailure.NO_PERMISSION);
      assertThat(failureOf(looker, call))
          .as("within the script")
          .isEqualTo(RedisFailure.NO_PERMISSION);
      assertThat(connectingFailure(nobody)).isEqualTo(RedisFailure.NOT_AUTHENTICATED);
    } finally {
      PlainRedisson.close(reader);
      PlainRedisson.close(looker);
      PlainRedisson.close(nobody);
    }
  }

  private RedisFailure connectingFailure(RedissonClient asking) {
    try {
      return failureOf(asking, call);
    } catch (RedisException e) {
      return RedisFailure.of(e);
    }
  }

  @Test
  void aServerThatIsNotThere() {
    RedissonClient absent = RedisAddress.parse("redis://127.0.0.1:" + FreePort.next()).connect();
    try {
      assertThat(connectingFailure(absent)).isEqualTo(RedisFailure.NO_CONNECTION);
    } finally {
      PlainRedisson.close(absent);
    }
  }
}
