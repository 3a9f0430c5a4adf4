package dev.quota.redis;

import dev.quota.policy.PolicyException;
import dev.quota.redis.PublishedVersion.RollingOut;
import dev.quota.source.PolicySource;
import dev.quota.source.PolicyText;
import dev.quota.store.QuotaStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.redisson.api.RedissonClient;

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

  private static final int MOST_TRIES = 5;

  private final RedissonClient client;
  private final boolean ownsClient;
  private final VersionRecords records;

  private PublishedPolicies(RedissonClient client, boolean ownsClient, String keyPrefix) {
    this.client = client;
    this.ownsClient = ownsClient;
    this.records =
        new VersionRecords(
            client, new PublishedKeys(RedisQuotaStoreBuilder.requirePrefix(keyPrefix)));
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
    return new PublishedPolicySource(this, records);
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
    long basedOn = publication.basedOn().orElseGet(records::newest);
    publication.check();
    Optional<RollingOut> rollout =
        publication.rollout().map(share -> new RollingOut(share.toString(), forTheRest(basedOn)));
    return records.write(
        new NewVersion(
            basedOn,
            publication.text(),
            publication.by(),
            publication.reason(),
            OptionalLong.empty(),
            rollout));
  }

  /**
   * Returns the version in force for everybody, or for the rest, when another one is based on it.
   */
  private long forTheRest(long basedOn) {
    long newest = records.newest();
    if (basedOn != newest) {
      throw new PublicationConflictException(basedOn, newest);
    }
    if (newest == 0) {
      throw new IllegalArgumentException(
          "a rollout needs a version for the rest; publish one for everybody first");
    }
    long rest = version(newest).rollout().map(RollingOut::before).orElse(newest);
    // Without its text no node could use the rollout.
    return Long.parseLong(records.text(version(rest)).version());
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
    PolicyText text = records.text(version(version));
    text.read();
    for (int i = 1; ; i++) {
      long current = records.newest();
      try {
        return records.write(
            new NewVersion(current, text, by, reason, OptionalLong.of(version), Optional.empty()));
      } catch (PublicationConflictException e) {
        // The rollback must follow every version that was published until now.
        if (i == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * Returns the version that is in force.
   *
   * @return the version; empty if nothing is published yet
   * @throws QuotaStoreException if Redis cannot answer
   */
  public Optional<PublishedVersion> current() {
    long newest = records.newest();
    return newest == 0 ? Optional.empty() : Optional.of(version(newest));
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
    long newest = records.newest();
    if (number < 1 || number > newest) {
      throw new IllegalArgumentException(
          newest == 0
              ? "nothing is published yet"
              : "version must be from 1 to " + newest + ", was " + number);
    }
    return records
        .version(number)
        .orElseThrow(
            () ->
                VersionRecords.damaged(
                    "version " + number + " of the policies is not in Redis any more"));
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
    long newest = records.newest();
    List<PublishedVersion> versions = new ArrayList<>();
    for (long number = newest; number > Math.max(0, newest - most); number--) {
      records.version(number).ifPresent(versions::add);
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
    PolicyText text = records.text(version);
    return version
        .rollout()
        .map(it -> text.rolledOutTo(it.share(), records.text(version(it.before()))))
        .orElse(text);
  }

  /** Ends the threads. Closes the connections unless the client belongs to the application. */
  @Override
  public void close() {
    records.close();
    if (ownsClient) {
      client.shutdown();
    }
  }
}
