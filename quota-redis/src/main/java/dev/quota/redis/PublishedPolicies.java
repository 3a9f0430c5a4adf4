package dev.quota.redis;

import dev.quota.policy.PolicyException;
import dev.quota.redis.PublishedVersion.RollingOut;
import dev.quota.source.PolicySource;
import dev.quota.source.PolicyText;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;

/**
 * Policies that are published in Redis for all nodes, with their history. Thread-safe.
 *
 * <pre>{@code
 * PublishedPolicies published = PublishedPolicies.connect("redis://127.0.0.1:6379");
 * published.publish(Publication.of(Path.of("quotas.yaml"), "team-ai", "more images"));
 * published.rollback(41, "team-ai", "too many images");
 * }</pre>
 *
 * <p>One script publishes a version, as a whole or not at all. Redis sets its number and its time,
 * so the clocks of nodes do not matter.
 */
public final class PublishedPolicies implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(PublishedPolicies.class.getName());

  private static final int MOST_TRIES = 5;

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
  private final boolean ownsClient;
  private final PublishedKeys keys;
  private final PublishedCalls calls = new PublishedCalls();

  private PublishedPolicies(RedissonClient client, boolean ownsClient, String keyPrefix) {
    this.client = client;
    this.ownsClient = ownsClient;
    this.keys = new PublishedKeys(RedisQuotaStoreBuilder.requirePrefix(keyPrefix));
  }

  /**
   * Connects to one Redis, with the key prefix {@code "q"}.
   *
   * @param address such as {@code redis://127.0.0.1:6379}; see {@link RedisQuotaStore#builder}
   * @return the published policies; they connect with their first call
   * @throws IllegalArgumentException if the address is malformed
   */
  public static PublishedPolicies connect(String address) {
    return connect(address, "q");
  }

  /**
   * Connects to one Redis.
   *
   * @param address such as {@code redis://127.0.0.1:6379}; see {@link RedisQuotaStore#builder}
   * @param keyPrefix that of the store of the application
   * @return the published policies; they connect with their first call
   * @throws IllegalArgumentException if the address or the prefix is malformed
   */
  public static PublishedPolicies connect(String address, String keyPrefix) {
    return new PublishedPolicies(RedisAddress.parse(address).connect(), true, keyPrefix);
  }

  /**
   * Uses an application's client: standalone, Sentinel or Cluster.
   *
   * @param client the client, which is never closed here
   * @param keyPrefix that of the store of the application
   * @return the published policies
   * @throws IllegalArgumentException if the prefix is malformed
   */
  public static PublishedPolicies of(RedissonClient client, String keyPrefix) {
    return new PublishedPolicies(client, false, keyPrefix);
  }

  /**
   * Returns the published policies as a source for an engine of this node: {@code
   * Quotas.builder().policySource(…)}. New versions arrive by a message, or by a poll each second
   * if the message was lost.
   *
   * @return a source; closing it leaves these policies open
   */
  public PolicySource source() {
    return new PublishedPolicySource(this, client.getTopic(keys.current(), StringCodec.INSTANCE));
  }

  /**
   * Publishes policies for all nodes, if they have no mistakes and their scenarios hold. A {@link
   * Publication#rollout} applies to a share of all subjects.
   *
   * @param publication the policies, by whom and why
   * @return the new version
   * @throws IllegalArgumentException for a rollout, if no version is there for the rest
   * @throws PolicyException if the policies or their scenarios have mistakes
   * @throws ScenariosFailedException if a scenario does not hold
   * @throws PublicationConflictException if another version came into force since the one that the
   *     policies are based on
   * @throws QuotaStoreException if Redis cannot answer; {@link QuotaStoreException#applied} says
   *     whether the version may have been published
   */
  public PublishedVersion publish(Publication publication) {
    long basedOn = publication.basedOn().orElseGet(this::newest);
    publication.check();
    Optional<RollingOut> rollout =
        publication.rollout().map(share -> new RollingOut(share.toString(), forTheRest(basedOn)));
    return put(
        basedOn,
        publication.text(),
        publication.by(),
        publication.reason(),
        OptionalLong.empty(),
        rollout);
  }

  /**
   * Returns the version in force for everybody, or for the rest, when another one is based on it.
   */
  private long forTheRest(long basedOn) {
    long newest = newest();
    if (basedOn != newest) {
      throw new PublicationConflictException(basedOn, newest);
    }
    if (newest == 0) {
      throw new IllegalArgumentException(
          "a rollout needs a version for the rest; publish one for everybody first");
    }
    long rest = version(newest).rollout().map(RollingOut::before).orElse(newest);
    // Without its text no node could use the rollout.
    return Long.parseLong(whole(version(rest)).version());
  }

  /**
   * Puts the text of an older version into force again, under a new number. Counts are kept.
   *
   * @param version the number of that version
   * @param by who does it, 1 to 200 characters on one line
   * @param reason why, 1 to 200 characters on one line
   * @return the new version
   * @throws IllegalArgumentException if there is no such version, or a text is malformed
   * @throws PolicyException if this release of the library cannot read that version
   * @throws PublicationConflictException if others published during each attempt
   * @throws QuotaStoreException if Redis cannot answer; {@link QuotaStoreException#applied} says
   *     whether the rollback may have happened
   */
  public PublishedVersion rollback(long version, String by, String reason) {
    Publication.requireLine("by", by);
    Publication.requireLine("reason", reason);
    PolicyText text = whole(version(version));
    text.read();
    for (int i = 1; ; i++) {
      long current = newest();
      try {
        return put(current, text, by, reason, OptionalLong.of(version), Optional.empty());
      } catch (PublicationConflictException e) {
        // The rollback must follow every version that was published until now.
        if (i == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private PublishedVersion put(
      long basedOn,
      PolicyText text,
      String by,
      String reason,
      OptionalLong rollbackTo,
      Optional<RollingOut> rollout) {
    long number = basedOn + 1;
    List<Object> names = List.of(keys.current(), keys.version(number), keys.text(text.digest()));
    List<Long> reply;
    try {
      reply =
          calls.call(
              () ->
                  client
                      .getScript(ByteArrayCodec.INSTANCE)
                      .eval(
                          RScript.Mode.READ_WRITE,
                          PUBLISH,
                          RScript.ReturnType.LIST,
                          names,
                          bytes("" + basedOn),
                          text.content(),
                          bytes(text.digest()),
                          bytes(by),
                          bytes(reason),
                          bytes(rollbackTo.isPresent() ? "" + rollbackTo.getAsLong() : ""),
                          bytes(rollout.map(RollingOut::share).orElse("")),
                          bytes(rollout.map(it -> "" + it.before()).orElse(""))));
    } catch (QuotaStoreException e) {
      throw unpublished(e);
    }
    if (reply.get(0) == 0) {
      throw new PublicationConflictException(basedOn, reply.get(1));
    }
    announce(number);
    return new PublishedVersion(
        number, text.digest(), by, Instant.ofEpochMilli(reply.get(2)), reason, rollbackTo, rollout);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
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
      calls.call(() -> client.getTopic(keys.current(), StringCodec.INSTANCE).publish("" + number));
    } catch (QuotaStoreException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "Version {0} of the policies is published, but no message was sent: {1}. Nodes find it"
              + " within a second.",
          number,
          e.getMessage());
    }
  }

  /**
   * Returns the version that is in force.
   *
   * @return the version; empty if nothing is published yet
   * @throws QuotaStoreException if Redis cannot answer
   */
  public Optional<PublishedVersion> current() {
    long newest = newest();
    return newest == 0 ? Optional.empty() : Optional.of(version(newest));
  }

  /** Returns the number of the version in force, or 0; also if that version itself is lost. */
  private long newest() {
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

  private static QuotaStoreException damaged(String what) {
    return new QuotaStoreException(what, Applied.NO, null);
  }

  /**
   * Returns one version.
   *
   * @param number its number
   * @return the version
   * @throws IllegalArgumentException if there is none of that number
   * @throws QuotaStoreException if Redis cannot answer
   */
  public PublishedVersion version(long number) {
    long newest = newest();
    if (number < 1 || number > newest) {
      throw new IllegalArgumentException(
          newest == 0
              ? "nothing is published yet"
              : "version must be from 1 to " + newest + ", was " + number);
    }
    return calls
        .read(() -> stored(number))
        .orElseThrow(
            () -> damaged("version " + number + " of the policies is not in Redis any more"));
  }

  /**
   * Returns the newest versions.
   *
   * @param most how many at most, at least 1
   * @return the versions, the newest first, without those that Redis has lost
   * @throws IllegalArgumentException if {@code most} is below 1
   * @throws QuotaStoreException if Redis cannot answer
   */
  public List<PublishedVersion> history(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("most must be at least 1, was " + most);
    }
    long newest = newest();
    List<PublishedVersion> versions = new ArrayList<>();
    for (long number = newest; number > Math.max(0, newest - most); number--) {
      long one = number;
      calls.read(() -> stored(one)).ifPresent(versions::add);
    }
    return versions;
  }

  /**
   * Returns the policy file of a version.
   *
   * @param version from this history
   * @return the text, whose version is the number, with its rollout
   * @throws QuotaStoreException if Redis cannot answer, or its text is not the one that was
   *     published
   */
  public PolicyText text(PublishedVersion version) {
    PolicyText text = whole(version);
    return version
        .rollout()
        .map(it -> text.rolledOutTo(it.share(), whole(version(it.before()))))
        .orElse(text);
  }

  private PolicyText whole(PublishedVersion version) {
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

  <T> T call(Callable<T> command) {
    return calls.call(command);
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
