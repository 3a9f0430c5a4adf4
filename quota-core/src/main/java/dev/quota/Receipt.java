package dev.quota;

import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreReply;
import java.util.ArrayList;
import java.util.List;

/** What one charge took. Safe for use by several threads; it can be given back once. */
public final class Receipt {

  private final QuotaStore store;
  private final Subject subject;
  private final List<Entry> entries;
  private final List<EntryResult> results;
  private final long nowMillis;
  private final boolean degraded;
  private boolean givenBack;

  private Receipt(
      QuotaStore store,
      Subject subject,
      List<Entry> entries,
      List<EntryResult> results,
      long nowMillis,
      boolean degraded) {
    this.store = store;
    this.subject = subject;
    this.entries = entries;
    this.results = results;
    this.nowMillis = nowMillis;
    this.degraded = degraded;
  }

  static Receipt of(
      QuotaStore store, Subject subject, List<Entry> entries, StoreReply reply, boolean degraded) {
    return new Receipt(
        store, subject, entries, reply.entries(), reply.now().toEpochMilli(), degraded);
  }

  static Receipt ofNothing(QuotaStore store, Subject subject, boolean degraded) {
    return new Receipt(store, subject, List.of(), List.of(), 0, degraded);
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

  /** Claims the right to give the charge back; only the first caller gets it. */
  synchronized boolean claim() {
    boolean first = !givenBack;
    givenBack = true;
    return first;
  }

  /** Gives the right back, after nothing came of it. */
  synchronized void release() {
    givenBack = false;
  }

  /** Returns what is held: one hold per key of which something was taken. */
  List<Hold> holds() {
    List<Hold> holds = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (results.get(i).taken() > 0) {
        holds.add(Hold.of(entries.get(i), results.get(i), nowMillis));
      }
    }
    return holds;
  }
}
