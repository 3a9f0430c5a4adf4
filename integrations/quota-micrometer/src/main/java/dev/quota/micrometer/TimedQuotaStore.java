package dev.quota.micrometer;

import dev.quota.spi.ForwardingQuotaStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long each command of a store takes, and how it ends. It changes no command, reply or
 * failure. As thread-safe as the store.
 *
 * <pre>{@code
 * Quotas.builder().store(new TimedQuotaStore(RedisQuotaStore.connect(address), registry))
 * }</pre>
 */
public final class TimedQuotaStore extends ForwardingQuotaStore {

  private static final System.Logger LOG = System.getLogger(TimedQuotaStore.class.getName());
  private static final String SUCCESS = "success";

  private final MeterRegistry registry;
  private final Tags tags;

  /**
   * Creates a store without further tags.
   *
   * @param store the store that counts, which this store closes
   * @param registry the registry, where each timer is registered at its first use
   */
  public TimedQuotaStore(QuotaStore store, MeterRegistry registry) {
    this(store, registry, List.of());
  }

  /**
   * Creates a store.
   *
   * @param store the store that counts, which this store closes
   * @param registry the registry, where each timer is registered at its first use
   * @param tags further tags of each timer, to tell several stores apart
   */
  public TimedQuotaStore(QuotaStore store, MeterRegistry registry, Iterable<Tag> tags) {
    super(store);
    this.registry = registry;
    this.tags = Tags.of(tags);
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    long startNanos = nanoTime();
    try {
      StoreReply reply = store().execute(command);
      record(command, startNanos, SUCCESS);
      return reply;
    } catch (RuntimeException e) {
      record(command, startNanos, outcome(e));
      throw e;
    }
  }

  @Override
  public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    long startNanos = nanoTime();
    CompletionStage<StoreReply> stage;
    try {
      stage = store().executeAsync(command);
    } catch (RuntimeException e) {
      record(command, startNanos, outcome(e));
      throw e;
    }
    // The store's own stage is returned, because another one could complete on another thread.
    CompletionStage<StoreReply> unused =
        stage.whenComplete((reply, failure) -> record(command, startNanos, outcome(failure)));
    return stage;
  }

  private long nanoTime() {
    return registry.config().clock().monotonicTime();
  }

  private void record(StoreCommand command, long startNanos, String outcome) {
    try {
      Timer.builder(QuotaMeter.STORE_COMMANDS.id())
          .tags(tags)
          .tag("command", name(command))
          .tag("outcome", outcome)
          .register(registry)
          .record(nanoTime() - startNanos, TimeUnit.NANOSECONDS);
    } catch (RuntimeException e) {
      // The store has counted already. A registry must not make that a failure.
      LOG.log(System.Logger.Level.WARNING, "A command of the quota store was not timed.", e);
    }
  }

  private static String name(StoreCommand command) {
    if (command instanceof StoreCommand.Take) {
      return "take";
    } else if (command instanceof StoreCommand.Peek) {
      return "peek";
    } else if (command instanceof StoreCommand.Settle) {
      return "settle";
    } else if (command instanceof StoreCommand.Renew) {
      return "renew";
    } else if (command instanceof StoreCommand.Grant) {
      return "grant";
    } else if (command instanceof StoreCommand.Reset) {
      return "reset";
    }
    return "other";
  }

  private static String outcome(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause == null) {
      return SUCCESS;
    }
    if (cause instanceof QuotaStoreException known) {
      if (known.isShed()) {
        return "shed";
      }
      return known.isOverloaded() ? "overloaded" : "failure";
    }
    return "failure";
  }
}
