package dev.quota;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Notices handles that were dropped: collected as garbage before their work was said to be over.
 * Safe for use by several threads.
 *
 * <p>What is kept for a handle must not refer to it, or nobody could ever drop it.
 */
final class Handles {

  /** A few at a time, because each asks a store. */
  private static final int MOST_AT_ONCE = 1_000;

  /** What stands behind a handle and must be ended with it. */
  interface Held {

    /** Ends what is held, because the handle was dropped. */
    void dropped();
  }

  private final class Watched extends PhantomReference<Object> {

    final Held held;

    Watched(Object handle, Held held) {
      super(handle, collected);
      this.held = held;
    }

    void forget() {
      watched.remove(this);
      clear();
    }
  }

  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

  /** Watches a handle until it was dropped or the returned is run. */
  Runnable watch(Object handle, Held held) {
    Watched reference = new Watched(handle, held);
    watched.add(reference);
    return reference::forget;
  }

  /** Ends what stands behind handles that were dropped. */
  void endDropped() {
    for (int i = 0; i < MOST_AT_ONCE; i++) {
      Reference<?> reference = collected.poll();
      if (reference == null) {
        return;
      }
      Watched dropped = (Watched) reference;
      if (watched.remove(dropped)) {
        dropped.held.dropped();
      }
    }
  }

  /** Returns what stands behind the handles that are watched. */
  Iterable<Held> open() {
    return () -> watched.stream().map(reference -> reference.held).iterator();
  }

  /** Returns how many of what stands behind the handles that are watched are as wanted. */
  int count(Predicate<Held> wanted) {
    return (int) watched.stream().filter(reference -> wanted.test(reference.held)).count();
  }
}
