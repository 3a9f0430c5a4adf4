package dev.quota;

import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.spi.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one charge took. Safe for use by several threads; it can be given back once, or finished
 * once.
 */
public final class Receipt {

  private final QuotaStore store;
  private final Subject subject;
  private final List<Entry> entries;
  private final List<EntryResult> results;
  private final long nowMillis;
  private final Optional<Operation> operation;
  private final boolean repeated;
  private final boolean degraded;
  private boolean over;

  private Receipt(
      QuotaStore store,
      Subject subject,
      List<Entry> entries,
      StoreReply reply,
      Optional<Operation> operation,
      boolean degraded) {
    this.store = store;
    this.subject = subject;
    this.entries = entries;
    this.results = reply.entries();
    this.nowMillis = reply.now().toEpochMilli();
    this.operation = operation;
    this.repeated = reply.outcome() == StoreReply.Outcome.REPEATED;
    this.degraded = degraded;
  }

  private Receipt(QuotaStore store, Subject subject, boolean degraded) {
    this.store = store;
    this.subject = subject;
    this.entries = List.of();
    this.results = List.of();
    this.nowMillis = 0;
    this.operation = Optional.empty();
    this.repeated = false;
    this.degraded = degraded;
  }

  static Receipt of(
      QuotaStore store,
      Subject subject,
      List<Entry> entries,
      StoreReply reply,
      Optional<Operation> operation,
      boolean degraded) {
    return new Receipt(store, subject, entries, reply, operation, degraded);
  }

  static Receipt ofNothing(QuotaStore store, Subject subject, boolean degraded) {
    return new Receipt(store, subject, degraded);
  }

  /** Returns the store it was taken from, and to which it goes back. */
  QuotaStore store() {
    return store;
  }

  Subject subject() {
    return subject;
  }

  boolean isDegraded() {
    return degraded;
  }

  /** Returns whether the charge was known already, so that nothing was taken for this receipt. */
  boolean isRepetition() {
    return repeated;
  }

  Optional<Operation> operation() {
    return operation;
  }

  /** Returns whether something is held that must be let go when the work is over. */
  boolean holdsPlaces() {
    return operation.isPresent()
        && holds().stream()
            .flatMap(hold -> hold.limits().stream())
            .anyMatch(limit -> limit.window() instanceof Window.Concurrent);
  }

  /** Claims the right to end the charge, by giving back or finishing; only the first gets it. */
  synchronized boolean claim() {
    boolean first = !over;
    over = true;
    return first;
  }

  /** Gives the right back, after nothing came of it. */
  synchronized void release() {
    over = false;
  }

  synchronized boolean isOver() {
    return over;
  }

  /** Returns what is held: one hold per key of which something was taken. */
  List<Hold> holds() {
    if (repeated) {
      return List.of();
    }
    List<Hold> holds = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (results.get(i).taken() > 0) {
        Hold hold = Hold.of(entries.get(i), results.get(i), nowMillis);
        holds.add(
            new Hold(hold.key(), hold.limits(), hold.windowEndsMillis(), hold.units(), operation));
      }
    }
    return holds;
  }

  /** Returns the command that keeps what is held, and its places for another lease. */
  StoreCommand.Settle renewal() {
    return asTaken(false);
  }

  /** Returns the command that keeps what was taken and lets the places go. */
  StoreCommand.Settle finish() {
    return asTaken(true);
  }

  private StoreCommand.Settle asTaken(boolean last) {
    return new StoreCommand.Settle(
        holds().stream().map(hold -> new Change(hold, hold.units())).toList(), last);
  }
}
