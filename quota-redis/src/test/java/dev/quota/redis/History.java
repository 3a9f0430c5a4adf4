package dev.quota.redis;

import dev.quota.spi.EntryResult;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What callers asked of a store and what they were told, with the times, for a {@link HistoryCheck}
 * to judge. Safe for use by several threads.
 */
final class History {

  /** What a caller was told about a charge. */
  enum Outcome {
    GRANTED,
    REFUSED,
    /** Failed, and certainly not applied. */
    FAILED_NO,
    /** Failed, and perhaps applied: once at most. */
    FAILED_UNKNOWN
  }

  /**
   * One call.
   *
   * @param startNanos when the caller asked, by {@link System#nanoTime}
   * @param endNanos when the caller was told
   * @param key whose units
   * @param cost how many units; for a grant, how many were taken
   * @param outcome what the caller was told
   * @param waitedNanos how long of that the caller could have gone on and had no processor
   */
  record Call(
      long startNanos, long endNanos, String key, long cost, Outcome outcome, long waitedNanos) {

    Call(long startNanos, long endNanos, String key, long cost, Outcome outcome) {
      this(startNanos, endNanos, key, cost, outcome, 0);
    }

    long nanos() {
      return endNanos - startNanos;
    }

    /** Returns it as one line, for a {@link ChildJvm} to print. */
    String line() {
      return startNanos + " " + endNanos + " " + cost + " " + outcome + " " + key;
    }

    /** Reads such a line. JVMs of one machine have the same nanoTime on Linux. */
    static Call of(String line) {
      StringTokenizer words = new StringTokenizer(line, " ");
      long start = Long.parseLong(words.nextToken());
      long end = Long.parseLong(words.nextToken());
      long cost = Long.parseLong(words.nextToken());
      Outcome outcome = Outcome.valueOf(words.nextToken());
      return new Call(start, end, words.nextToken("").substring(1), cost, outcome);
    }
  }

  private final Collection<Call> calls = new ConcurrentLinkedQueue<>();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  /** Adds a call that somebody else timed, in another JVM for one. */
  void add(Call call) {
    calls.add(call);
  }

  /**
   * Makes a call and records it. A failure of another kind than {@link QuotaStoreException} is a
   * defect of the store and goes to the caller.
   */
  Outcome take(QuotaStore store, StoreCommand.Take take) {
    return record(
        take.entries().get(0).key().toString(),
        take.entries().get(0).cost(),
        () -> store.execute(take));
  }

  /**
   * Makes a call and records it.
   *
   * @param key whose units, in whatever words
   * @param cost how many units it asks for
   * @param call asks for them
   */
  Outcome record(String key, long cost, Supplier<StoreReply> call) {
    long waited = Stalls.nanosThisThreadWaited();
    long start = System.nanoTime();
    Outcome outcome;
    long units = cost;
    try {
      StoreReply reply = call.get();
      boolean isGranted = reply.outcome() == StoreReply.Outcome.DONE;
      outcome = isGranted ? Outcome.GRANTED : Outcome.REFUSED;
      if (isGranted) {
        EntryResult first = reply.entries().get(0);
        units = first.taken();
      }
    } catch (QuotaStoreException e) {
      failures.computeIfAbsent(words(e), words -> new LongAdder()).increment();
      outcome =
          e.applied() == QuotaStoreException.Applied.NO
              ? Outcome.FAILED_NO
              : Outcome.FAILED_UNKNOWN;
    }
    long end = System.nanoTime();
    add(new Call(start, end, key, units, outcome, Stalls.nanosThisThreadWaited() - waited));
    return outcome;
  }

  private static String words(QuotaStoreException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String cause = root == failure ? "" : " (" + root.getClass().getSimpleName() + ")";
    return failure.applied() + ": " + failure.getMessage() + cause;
  }

  /** Returns how often which failure was told, for the message of a test that fails. */
  String failures() {
    return new TreeMap<>(failures).toString();
  }

  /** Returns the calls so far. */
  List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Returns what judges the calls so far. */
  HistoryCheck check() {
    return new HistoryCheck(calls());
  }
}
