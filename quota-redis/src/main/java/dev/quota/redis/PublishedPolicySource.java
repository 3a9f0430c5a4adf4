package dev.quota.redis;

import dev.quota.source.PolicySource;
import dev.quota.source.PolicyText;
import dev.quota.store.QuotaStoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.redisson.api.RTopic;

/**
 * Published policies as a source. Messages announce new versions at once. A poll finds versions
 * whose message was lost.
 */
final class PublishedPolicySource implements PolicySource {

  private static final System.Logger LOG = System.getLogger(PublishedPolicySource.class.getName());

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final PublishedPolicies published;
  private final VersionRecords records;
  private final RTopic topic;
  private final Semaphore changed = new Semaphore(0);
  private Optional<Integer> listener = Optional.empty();
  private Optional<PolicyText> newest = Optional.empty();

  PublishedPolicySource(PublishedPolicies published, VersionRecords records) {
    this.published = published;
    this.records = records;
    this.topic = records.topic();
  }

  @Override
  public String name() {
    return "published policies";
  }

  @Override
  public synchronized PolicyText read() throws IOException {
    try {
      PublishedVersion current =
          published.current().orElseThrow(() -> new IOException("nothing is published yet"));
      boolean known =
          newest
              .filter(text -> text.version().equals("" + current.number()))
              .filter(text -> text.digest().equals(current.digest()))
              .filter(
                  text ->
                      text.share()
                          .map(Object::toString)
                          .equals(current.rollout().map(PublishedVersion.RollingOut::share)))
              .isPresent();
      if (!known) {
        newest = Optional.of(published.text(current));
      }
      return newest.orElseThrow();
    } catch (QuotaStoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public boolean awaitChange() throws InterruptedException {
    // A version that was published before this node subscribed is read at once.
    if (!subscribes()) {
      changed.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      changed.drainPermits();
    }
    return true;
  }

  /** Subscribes if there is no subscription yet. Returns whether there is one now. */
  private synchronized boolean subscribes() {
    if (listener.isPresent()) {
      return false;
    }
    try {
      listener =
          Optional.of(
              records.call(
                  () -> topic.addListener(String.class, (channel, number) -> changed.release())));
      return true;
    } catch (QuotaStoreException e) {
      LOG.log(System.Logger.Level.DEBUG, "There are no messages about policies yet.", e);
      return false;
    }
  }

  @Override
  public synchronized void close() {
    if (listener.isPresent()) {
      // Not awaited, because a message that comes meanwhile changes nothing.
      var unused = topic.removeListenerAsync(listener.get());
    }
    listener = Optional.empty();
  }
}
