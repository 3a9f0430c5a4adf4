package dev.quota.redis;

import dev.quota.redis.PublishedVersion.RollingOut;
import dev.quota.source.PolicyText;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.redisson.api.RScript;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;

/**
 * The versions of policies as Redis stores them. Each method throws a {@link QuotaStoreException}
 * if Redis cannot answer. Thread-safe.
 */
final class VersionRecords implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(PublishedPolicies.class.getName());

  /**
   * The text is written first, because a Redis without memory refuses it before anything is
   * changed.
   */
  private static final String PUBLISH =
      """
      local current = tonumber(redis.call('HGET', KEYS[1], 'current') or '0')
      if current ~= tonumber(ARGV[1]) then
        return {0, current, 0}
      end
      local time = redis.call('TIME')
      local at = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
      redis.call('SET', KEYS[3], ARGV[2])
      redis.call('DEL', KEYS[2])
      redis.call('HSET', KEYS[2], 'digest', ARGV[3], 'by', ARGV[4], 'reason', ARGV[5],
        'rollback-to', ARGV[6], 'rollout', ARGV[7], 'before', ARGV[8], 'at', at)
      redis.call('HSET', KEYS[1], 'current', string.format('%.0f', current + 1))
      return {1, current + 1, tonumber(at)}
      """;

  private final RedissonClient client;
  private final PublishedKeys keys;
  private final PublishedCalls calls = new PublishedCalls();

  VersionRecords(RedissonClient client, PublishedKeys keys) {
    this.client = client;
    this.keys = keys;
  }

  /**
   * Writes a version and tells all nodes.
   *
   * @throws PublicationConflictException if the version in force is not the one that it is based on
   */
  PublishedVersion write(NewVersion version) {
    List<Long> reply = evaluate(version);
    if (reply.get(0) == 0) {
      throw new PublicationConflictException(version.basedOn(), reply.get(1));
    }
    announce(version.number());
    return version.publishedAt(Instant.ofEpochMilli(reply.get(2)));
  }

  private List<Long> evaluate(NewVersion version) {
    List<Object> names =
        List.of(keys.current(), keys.version(version.number()), keys.text(version.text().digest()));
    try {
      return calls.call(
          () ->
              client
                  .getScript(ByteArrayCodec.INSTANCE)
                  .eval(
                      RScript.Mode.READ_WRITE,
                      PUBLISH,
                      RScript.ReturnType.LIST,
                      names,
                      version.arguments()));
    } catch (QuotaStoreException e) {
      throw unpublished(e);
    }
  }

  private static QuotaStoreException unpublished(QuotaStoreException e) {
    String what =
        e.applied() == Applied.NO
            ? "nothing was published: "
            : "it is not known whether the version was published; look at the history: ";
    return new QuotaStoreException(what + e.getMessage(), e.applied(), e);
  }

  /** A message that is not sent is no error, because nodes also poll once a second. */
  private void announce(long number) {
    try {
      calls.call(() -> topic().publish("" + number));
    } catch (QuotaStoreException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "Version {0} of the policies is published, but no message was sent: {1}. Nodes find it"
              + " within a second.",
          number,
          e.getMessage());
    }
  }

  /** Returns the topic that has the number of each new version. */
  RTopic topic() {
    return client.getTopic(keys.current(), StringCodec.INSTANCE);
  }

  /** Returns the number of the version in force, or 0; also if that version itself is lost. */
  long newest() {
    return calls.read(this::number);
  }

  private long number() {
    String number =
        client.<String, String>getMap(keys.current(), StringCodec.INSTANCE).get("current");
    if (number != null && !number.matches("\\d{1,15}")) {
      throw damaged("the number of the version in force is no number in Redis");
    }
    return number == null ? 0 : Long.parseLong(number);
  }

  /** Returns a version, if Redis has it. */
  Optional<PublishedVersion> version(long number) {
    return calls.read(() -> stored(number));
  }

  private Optional<PublishedVersion> stored(long number) {
    Map<String, String> fields =
        client.<String, String>getMap(keys.version(number), StringCodec.INSTANCE).readAllMap();
    if (!fields.containsKey("digest")) {
      return Optional.empty();
    }
    String rollbackTo = fields.getOrDefault("rollback-to", "");
    String share = fields.getOrDefault("rollout", "");
    return Optional.of(
        new PublishedVersion(
            number,
            fields.get("digest"),
            fields.getOrDefault("by", ""),
            Instant.ofEpochMilli(Long.parseLong(fields.getOrDefault("at", "0"))),
            fields.getOrDefault("reason", ""),
            rollbackTo.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(rollbackTo)),
            share.isEmpty()
                ? Optional.empty()
                : Optional.of(new RollingOut(share, Long.parseLong(fields.get("before"))))));
  }

  /** Returns the policy file of a version as it was published, without its rollout. */
  PolicyText text(PublishedVersion version) {
    byte[] content =
        calls.read(
            () ->
                client
                    .<byte[]>getBucket(keys.text(version.digest()), ByteArrayCodec.INSTANCE)
                    .get());
    String number = "" + version.number();
    if (content == null) {
      throw damaged("the text of version " + number + " is not in Redis any more");
    }
    PolicyText text = new PolicyText("version " + number, number, content);
    if (!text.digest().equals(version.digest())) {
      throw damaged("the text of version " + number + " was changed after it was published");
    }
    return text;
  }

  /** Returns the error for a value that Redis has lost or that somebody changed. */
  static QuotaStoreException damaged(String what) {
    return new QuotaStoreException(what, Applied.NO, null);
  }

  <T> T call(Callable<T> command) {
    return calls.call(command);
  }

  /** Ends the threads. The client stays open. */
  @Override
  public void close() {
    calls.close();
  }
}
