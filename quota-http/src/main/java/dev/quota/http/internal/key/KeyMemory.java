package dev.quota.http.internal.key;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of requests with an {@code Idempotency-Key}: which of them run, and the
 * fingerprint of the first one with each key. Bounded for each subject and in total. A subject with
 * too many keys loses its own oldest ones. Thread-safe.
 */
public final class KeyMemory {

  /** About 250 bytes each. */
  public static final int MAX_PER_SUBJECT = 1_000;

  public static final int MAX = 100_000;

  /** The record of one key. */
  private static final class Known {
    private final String fingerprint;
    private final int attempt;

    Known(String fingerprint, int attempt) {
      this.fingerprint = fingerprint;
      this.attempt = attempt;
    }
  }

  /** The most recent subjects are at the end. */
  private final LinkedHashMap<String, LinkedHashMap<String, Known>> bySubject =
      new LinkedHashMap<>();

  /** The requests that run, and hold their key. */
  private final Map<String, Attempt> running = new HashMap<>();

  private int size;

  /** One request with a key. */
  public final class Attempt {
    private final String subject;
    private final String id;
    private final int number;

    Attempt(String subject, String id, int number) {
      this.subject = subject;
      this.id = id;
      this.number = number;
    }

    /** Returns which attempt at the same work this is, from 1 on. */
    public int number() {
      return number;
    }

    /** Returns whether the first request with this key is known to have another fingerprint. */
    public boolean differs(String fingerprint) {
      synchronized (KeyMemory.this) {
        Known known = find(subject, id);
        return known != null && !known.fingerprint.equals(fingerprint);
      }
    }

    /** Notes that this is the first request, which does the work, and its fingerprint. */
    public void begin(String fingerprint) {
      synchronized (KeyMemory.this) {
        running.putIfAbsent(id, this);
        remember(subject, id, new Known(fingerprint, number));
      }
    }

    /** Releases the key for other requests. */
    public void leave() {
      synchronized (KeyMemory.this) {
        boolean unused = running.remove(id, this);
      }
    }

    /** Notes that the work failed and stays charged, so that the next request is a new attempt. */
    public void failed() {
      synchronized (KeyMemory.this) {
        Known known = find(subject, id);
        remember(subject, id, new Known(known == null ? "" : known.fingerprint, number + 1));
      }
    }
  }

  /**
   * Enters a request.
   *
   * @return empty while an earlier request with this key runs
   */
  public synchronized Optional<Attempt> enter(String subject, String id) {
    if (running.containsKey(id)) {
      return Optional.empty();
    }
    Known known = find(subject, id);
    Attempt attempt = new Attempt(subject, id, known == null ? 1 : known.attempt);
    // Repetitions after the first request may run at the same time, because they do no work.
    if (known == null) {
      running.put(id, attempt);
    }
    return Optional.of(attempt);
  }

  private @Nullable Known find(String subject, String id) {
    Map<String, Known> own = bySubject.get(subject);
    return own == null ? null : own.get(id);
  }

  private void remember(String subject, String id, Known known) {
    LinkedHashMap<String, Known> own = bySubject.remove(subject);
    LinkedHashMap<String, Known> keys = own == null ? new LinkedHashMap<>() : own;
    bySubject.put(subject, keys);
    if (keys.remove(id) == null) {
      size++;
    }
    keys.put(id, known);
    if (keys.size() > MAX_PER_SUBJECT) {
      dropOldest(keys);
    }
    if (size > MAX) {
      Iterator<LinkedHashMap<String, Known>> longestAgo = bySubject.values().iterator();
      LinkedHashMap<String, Known> oldest = longestAgo.next();
      dropOldest(oldest);
      if (oldest.isEmpty()) {
        longestAgo.remove();
      }
    }
  }

  private void dropOldest(Map<String, Known> keys) {
    Iterator<Known> oldest = keys.values().iterator();
    oldest.next();
    oldest.remove();
    size--;
  }

  public synchronized int size() {
    return size;
  }

  public synchronized int runningCount() {
    return running.size();
  }
}
