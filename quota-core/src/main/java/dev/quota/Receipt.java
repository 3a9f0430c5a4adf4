package dev.quota;

import dev.quota.policy.Plan;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What one charge took. It can be refunded once, or closed once. Thread-safe.
 *
 * <p>A charge on a limit such as "3 at once" holds a permit, which must be released when the work
 * is over: {@link #close} does so, also after an exception.
 *
 * <pre>{@code
 * if (quotas.charge(alice, "chat", 1) instanceof Decision.Allowed allowed) {
 *   try (Receipt receipt = allowed.receipt()) {
 *     answer();
 *   }
 * }
 * }</pre>
 *
 * <p>The engine renews the permit while the work runs, for at most the limit's {@code max-duration}
 * (15 minutes unless the policy says otherwise). Keep the receipt as long as the work runs. If it
 * is garbage collected before it is closed, its permits are released, and a warning names the place
 * of the charge.
 */
public final class Receipt implements AutoCloseable {

  private static final StoreReply NOTHING =
      new StoreReply(StoreReply.Outcome.DONE, Instant.EPOCH, Accuracy.EXACT, List.of());

  private final QuotaStore store;
  private final Request request;
  private final List<Entry> entries;
  private final StoreReply reply;
  private final Optional<Operation> operation;
  private final boolean degraded;

  /** True if the right to end the charge is claimed. Guarded by this receipt. */
  private boolean claimed;

  private volatile @Nullable Permits permits;

  private Receipt(
      QuotaStore store,
      Request request,
      List<Entry> entries,
      StoreReply reply,
      Optional<Operation> operation,
      boolean degraded) {
    this.store = store;
    this.request = request;
    this.entries = entries;
    this.reply = reply;
    this.operation = operation;
    this.degraded = degraded;
  }

  static Receipt of(
      QuotaStore store,
      Request request,
      List<Entry> entries,
      StoreReply reply,
      Optional<Operation> operation,
      boolean degraded) {
    return new Receipt(store, request, entries, reply, operation, degraded);
  }

  static Receipt ofNothing(QuotaStore store, Request request, boolean degraded) {
    return new Receipt(store, request, List.of(), NOTHING, Optional.empty(), degraded);
  }

  /** Returns the store it was taken from. */
  QuotaStore store() {
    return store;
  }

  Subject subject() {
    return request.subject();
  }

  /** Returns the plan on which it was taken. */
  Optional<Plan> plan() {
    return request.resolved().plan();
  }

  /** Returns by which version of the policies it was taken. */
  String policyVersion() {
    return request.resolved().policyVersion();
  }

  /** Returns how much was taken of a quota of this charge. */
  long units(String quota) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).key().quota().equals(quota) && taken(i) > 0) {
        return taken(i);
      }
    }
    // Only its calls are counted.
    long units = 0;
    for (int i = 0; i < request.size(); i++) {
      if (request.line(i).quota().policy.name().equals(quota)) {
        units = request.cost(i);
      }
    }
    return units;
  }

  private long taken(int entry) {
    return reply.entries().get(entry).taken();
  }

  boolean isDegraded() {
    return degraded;
  }

  /**
   * Returns whether the charge had been made before, so that nothing was taken for this receipt.
   */
  boolean isRepetition() {
    return reply.outcome() == StoreReply.Outcome.REPEATED;
  }

  Optional<Operation> operation() {
    return operation;
  }

  /** Returns whether permits must be released when the work is over. */
  boolean holdsPermits() {
    return operation.isPresent()
        && holds().stream()
            .flatMap(hold -> hold.limits().stream())
            .anyMatch(limit -> limit.window() instanceof Window.Concurrent);
  }

  /** Attaches permits, which end with this receipt. */
  void hold(Permits held) {
    permits = held;
  }

  /**
   * Releases the permits of the charge, because the work is over. What was charged stays charged.
   * It does nothing if the charge holds no permit (for instance the repetition of a charge), or was
   * closed or refunded before. If the store does not answer, it is asked again in the background.
   */
  @Override
  public void close() {
    Permits held = permits;
    if (held != null) {
      held.finish();
    }
  }

  /**
   * Does what {@link #close} does, without waiting. A failure of the store does not fail the stage.
   */
  CompletionStage<Boolean> closeLater() {
    Permits held = permits;
    return held == null ? CompletableFuture.completedFuture(false) : held.finishLater();
  }

  /** Claims the right to refund the charge. Only the first call that ends it gets it. */
  boolean claim() {
    Permits held = permits;
    return held == null ? claimOwn() : held.claim();
  }

  private synchronized boolean claimOwn() {
    boolean first = !claimed;
    claimed = true;
    return first;
  }

  /** Gives up the right, because the charge could not be ended. */
  void unclaim() {
    Permits held = permits;
    if (held == null) {
      unclaimOwn();
    } else {
      held.unclaim();
    }
  }

  private synchronized void unclaimOwn() {
    claimed = false;
  }

  /** Notes that the charge was refunded, so that its permits are free. */
  void cameBack() {
    Permits held = permits;
    if (held != null) {
      held.ended();
    }
  }

  /** Returns one hold for each key of which something was taken. */
  List<Hold> holds() {
    if (isRepetition()) {
      return List.of();
    }
    List<Hold> holds = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      if (taken(i) > 0) {
        holds.add(
            Hold.of(entries.get(i), reply.entries().get(i), reply.now().toEpochMilli(), operation));
      }
    }
    return holds;
  }
}
