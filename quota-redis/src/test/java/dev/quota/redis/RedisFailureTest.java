package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.store.QuotaStoreException.Applied;
import java.net.ConnectException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.RedissonShutdownException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisResponseTimeoutException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.RedisWrongPasswordException;
import org.redisson.client.WriteRedisConnectionException;

final class RedisFailureTest {

  /** What Redisson adds to every error reply: the command, with keys that people may name. */
  private static final String COMMAND =
      ". channel: [id: 0x1, L:/127.0.0.1:1 - R:127.0.0.1/127.0.0.1:2] command: (EVALSHA), params:"
          + " [abc, 1, q{0123456789abcdef}busy, OOM{x}noauth, [B@1]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "READONLY You can't write against a read only replica. | READ_ONLY",
        "ERR Error running script (call to f_1): @user_script:3: @user_script: 3: -READONLY You"
            + " can't write against a read only replica. | READ_ONLY",
        "ERR Error running script (call to f_1): @user_script:3: -OOM command not allowed when used"
            + " memory > 'maxmemory'. | OUT_OF_MEMORY",
        "LOADING Redis is loading the dataset in memory | LOADING",
        "BUSY Redis is busy running a script. You can only call SCRIPT KILL. | BUSY",
        "CLUSTERDOWN Hash slot not served | CLUSTER_DOWN",
        "MASTERDOWN Link with MASTER is down | MASTER_DOWN",
        "NOREPLICAS Not enough good replicas to write. | NO_REPLICAS",
        "MISCONF Redis is configured to save RDB snapshots | MISCONFIGURED",
        "NOPERM this user has no permissions to run the 'evalsha' command | NO_PERMISSION",
        "ERR Error running script (call to f_1): @user_script:13: @user_script: 13: The user"
            + " executing the script can't run this command or subcommand | NO_PERMISSION",
        "ERR ACL failure in script: User quota has no permissions to run the 'get' command |"
            + " NO_PERMISSION",
        "NOAUTH Authentication required. | NOT_AUTHENTICATED",
        "WRONGPASS invalid username-password pair | NOT_AUTHENTICATED",
        "WRONGTYPE Operation against a key holding the wrong kind of value | WRONG_TYPE",
        "TRYAGAIN Multiple keys request during rehashing of slot | TRY_AGAIN",
        "NOSCRIPT No matching script. Please use EVAL. | NO_SCRIPT",
        "ERR Error running script (call to f_1): @user_script:9: attempt to compare nil | ERROR",
      })
  void classifiesErrorsByWhatRedisSaysAndNotByTheNamesOfKeys(String reply, RedisFailure kind) {
    assertThat(RedisFailure.of(new RedisException(reply + COMMAND))).isEqualTo(kind);
  }

  @Test
  void knowsErrorsWhoseNameRedissonCutsOff() {
    RedisException full =
        new RedisOutOfMemoryException("command not allowed when used memory > 'maxmemory'.");
    assertThat(RedisFailure.of(full)).isEqualTo(RedisFailure.OUT_OF_MEMORY);
  }

  @Test
  void knowsAPasswordThatIsRefusedWhereTheConnectionIsMade() {
    RedisConnectionException wrapped =
        new RedisConnectionException(
            "Unable to connect to Redis server: 127.0.0.1/127.0.0.1:6379",
            new CompletionException(new RedisWrongPasswordException("WRONGPASS invalid")));
    assertThat(RedisFailure.of(wrapped)).isEqualTo(RedisFailure.NOT_AUTHENTICATED);
    RedisConnectionException refused =
        new RedisConnectionException(
            "Unable to connect to Redis server: 127.0.0.1/127.0.0.1:6379",
            new RedisException("NOPERM this user has no permissions to run the 'ping' command"));
    assertThat(RedisFailure.of(refused)).isEqualTo(RedisFailure.NO_PERMISSION);
    assertThat(RedisFailure.of(new RedisConnectionException("Unable to connect", refused)))
        .isEqualTo(RedisFailure.NO_PERMISSION);
  }

  @Test
  void neverCallsUnappliedWhatMayHaveBeenSent() {
    for (RuntimeException unsure :
        new RuntimeException[] {
          new RedisResponseTimeoutException("Redis server response timeout (50 ms) occurred"),
          new WriteRedisConnectionException("Unable to write command into connection!"),
          new RedissonShutdownException("Redisson is shutdown"),
          new CancellationException(),
          new IllegalStateException("something else"),
        }) {
      RedisFailure kind = RedisFailure.of(new CompletionException(unsure));
      assertThat(kind.applied).as("%s", unsure).isEqualTo(Applied.UNKNOWN);
      assertThat(kind.isOutage).as("%s", unsure).isTrue();
    }
  }

  @Test
  void looksInsideWhatFuturesWrapFailuresIn() {
    RedisException failure = new RedisException("NOSCRIPT No matching script." + COMMAND);
    for (Exception wrapped :
        new Exception[] {
          new CompletionException(failure),
          new ExecutionException(failure),
          new ExecutionException(new CompletionException(failure)),
        }) {
      assertThat(RedisFailure.unwrapped(wrapped)).isSameAs(failure);
      assertThat(RedisFailure.of(wrapped)).isEqualTo(RedisFailure.NO_SCRIPT);
    }
    ExecutionException empty = new ExecutionException("of nothing", null);
    assertThat(RedisFailure.unwrapped(empty)).isSameAs(empty);
  }

  @Test
  void knowsWhatNeverLeftThisProcess() {
    for (RuntimeException unsent :
        new RuntimeException[] {
          new RedisTimeoutException("Unable to acquire connection! Increase connection pool size."),
          new RedisTimeoutException("Command still hasn't been written into connection!"),
          new RedisConnectionException("MasterConnectionPool no available Redis entries."),
          new RedisException(
              "Unexpected exception while processing command",
              new ConnectException("Connection refused: busy.example/127.0.0.1:6379")),
        }) {
      assertThat(RedisFailure.of(unsent)).as("%s", unsent).isEqualTo(RedisFailure.NO_CONNECTION);
    }
  }

  @Test
  void aMasterThatTheClientDoesNotKnowSaysNothingAboutTheOthers() {
    RedisFailure kind =
        RedisFailure.of(
            new CompletionException(
                new RedisNodeNotFoundException("Node for slot: 7 hasn't been discovered yet.")));

    assertThat(kind).isEqualTo(RedisFailure.UNKNOWN_MASTER);
    assertThat(kind.isOutage).isFalse();
    assertThat(kind.applied).isEqualTo(Applied.NO);
  }
}
