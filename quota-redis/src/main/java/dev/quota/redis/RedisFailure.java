package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.redisson.RedissonShutdownException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReconnectedException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.WriteRedisConnectionException;

/**
 * The kind of failure of a command. It is found by the message too and not only by the class,
 * because Redisson has one class for most error replies, and some servers have the name of the
 * error in the middle.
 */
enum RedisFailure {
  /** The script is not in the server's cache: after a restart, a failover or SCRIPT FLUSH. */
  NO_SCRIPT(false, Applied.NO, "Redis does not know the script"),
  /** The Cluster is moving the slot. */
  TRY_AGAIN(false, Applied.NO, "the Cluster is moving this slot"),
  /**
   * Redisson knows no master for a slot for a moment while it moves, or for a node that joined a
   * moment ago. All masters may work.
   */
  UNKNOWN_MASTER(
      false, Applied.NO, "the Redis client does not know yet which master serves this slot"),
  READ_ONLY(
      true, Applied.NO, "Redis is a read-only replica; connect to the master, or through Sentinel"),
  OUT_OF_MEMORY(true, Applied.NO, "Redis is out of memory; raise maxmemory"),
  LOADING(true, Applied.NO, "Redis is loading its data"),
  BUSY(true, Applied.NO, "Redis is busy running another script"),
  CLUSTER_DOWN(true, Applied.NO, "the Cluster does not serve this slot"),
  MASTER_DOWN(true, Applied.NO, "Redis is a replica that has lost its master"),
  NO_REPLICAS(true, Applied.NO, "Redis has fewer replicas than min-replicas-to-write"),
  MISCONFIGURED(true, Applied.NO, "Redis cannot save to disk and refuses to write"),
  NO_PERMISSION(true, Applied.NO, "the ACL of this user lacks a permission; ACL LOG names it"),
  NOT_AUTHENTICATED(true, Applied.NO, "Redis refuses the user or the password"),
  WRONG_TYPE(false, Applied.NO, "another application uses a key of this store; set a key prefix"),
  /** Any other error reply. Scripts write at their end, so nothing was changed. */
  ERROR(false, Applied.NO, "Redis answered with an error"),
  NO_CONNECTION(true, Applied.NO, "there is no connection to Redis"),
  NO_ANSWER(true, Applied.UNKNOWN, "Redis did not answer in time"),
  CUT_OFF(true, Applied.UNKNOWN, "the connection to Redis was lost on the way");

  /** The names in error replies. The first one that a reply contains counts. */
  private static final List<Map.Entry<String, RedisFailure>> REPLIES =
      List.of(
          Map.entry("NOSCRIPT", NO_SCRIPT),
          Map.entry("READONLY", READ_ONLY),
          Map.entry("OOM", OUT_OF_MEMORY),
          Map.entry("LOADING", LOADING),
          Map.entry("TRYAGAIN", TRY_AGAIN),
          Map.entry("BUSY", BUSY),
          Map.entry("CLUSTERDOWN", CLUSTER_DOWN),
          Map.entry("MASTERDOWN", MASTER_DOWN),
          Map.entry("NOREPLICAS", NO_REPLICAS),
          Map.entry("MISCONF", MISCONFIGURED),
          Map.entry("NOPERM", NO_PERMISSION),
          Map.entry("NOAUTH", NOT_AUTHENTICATED),
          Map.entry("WRONGPASS", NOT_AUTHENTICATED),
          Map.entry("WRONGTYPE", WRONG_TYPE));

  /** True if Redis cannot decide anything at the moment. */
  final boolean isOutage;

  /** Returns whether there was no reply, so that Redis may be away or this process late. */
  boolean isSilence() {
    return this == NO_CONNECTION || this == NO_ANSWER || this == CUT_OFF;
  }

  final Applied applied;
  final String sentence;

  RedisFailure(boolean isOutage, Applied applied, String sentence) {
    this.isOutage = isOutage;
    this.applied = applied;
    this.sentence = sentence;
  }

  /** Returns the failure without the exceptions that futures wrap around it. */
  static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Returns whether a second try a moment later may succeed. */
  boolean passesSoon() {
    return this == TRY_AGAIN || this == UNKNOWN_MASTER;
  }

  static RedisFailure of(Throwable failure) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof WriteRedisConnectionException
        || cause instanceof RedisReconnectedException
        || cause instanceof RedissonShutdownException) {
      return CUT_OFF;
    }
    if (cause instanceof RedisTimeoutException
        || cause instanceof TimeoutException
        || cause instanceof CancellationException) {
      return isUnsent(cause) ? NO_CONNECTION : NO_ANSWER;
    }
    if (cause instanceof RedisNodeNotFoundException) {
      return UNKNOWN_MASTER;
    }
    if (cause instanceof RedisConnectionException
        || (cause instanceof RedisException && cause.getCause() != null)) {
      // An error reply has no cause. This is a failure to connect, which can have any cause.
      return ofConnecting(cause);
    }
    if (cause instanceof RedisOutOfMemoryException) {
      // Its message does not have the name of the error.
      return OUT_OF_MEMORY;
    }
    return cause instanceof RedisException ? ofReply(cause) : CUT_OFF;
  }

  /** Finds the failure of a connection attempt. No command was sent. */
  private static RedisFailure ofConnecting(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    boolean mayBeReply =
        cause instanceof RedisException && !(cause instanceof RedisNodeNotFoundException);
    RedisFailure kind = mayBeReply ? ofReply(cause) : NO_CONNECTION;
    return kind.isOutage ? kind : NO_CONNECTION;
  }

  /** Returns whether the command was never sent, by the message of Redisson. */
  private static boolean isUnsent(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.startsWith("Unable to acquire connection")
        || message.startsWith("Command still hasn't been written");
  }

  /**
   * Returns the message of Redis without the command that Redisson adds, because its keys can
   * contain anything.
   */
  private static String said(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf(". channel: ");
    return end < 0 ? message : message.substring(0, end);
  }

  private static RedisFailure ofReply(Throwable cause) {
    String message = said(cause).toUpperCase(Locale.ROOT);
    for (Map.Entry<String, RedisFailure> reply : REPLIES) {
      if (has(message, reply.getKey())) {
        return reply.getValue();
      }
    }
    // The messages within a script. The second one is of 7.2 and later.
    boolean isForbidden =
        message.contains("THE USER EXECUTING THE SCRIPT CAN'T")
            || message.contains("ACL FAILURE IN SCRIPT");
    return isForbidden ? NO_PERMISSION : ERROR;
  }

  /** Returns whether the name of an error is at the beginning or after a sign or a space. */
  private static boolean has(String message, String name) {
    int at = message.indexOf(name);
    return at == 0 || (at > 0 && !Character.isLetterOrDigit(message.charAt(at - 1)));
  }

  /** Returns a new exception for one caller of a shared failure. */
  static QuotaStoreException again(QuotaStoreException shared, Applied applied) {
    String message = String.valueOf(shared.getMessage());
    return shared.isShed()
        ? QuotaStoreException.shed(message)
        : new QuotaStoreException(message, applied, shared);
  }

  QuotaStoreException exception(Throwable cause) {
    return new QuotaStoreException(sentence, applied, unwrapped(cause));
  }
}
