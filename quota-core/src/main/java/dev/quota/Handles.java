package dev.quota;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Detects leaked handles: those that were garbage collected before their work was ended.
 * Thread-safe.
 *
 * <p>What is kept for a handle must not refer to it, or it is never garbage collected.
 */
final class Handles {

  /** The bound on handles that are ended in one turn, because each asks a store. */
  private static final int MOST_AT_ONCE = 1_000;

  /** The state behind a handle, which must be ended when the handle is lost. */
  interface Held {

    /** Ends what is held, because the handle was garbage collected. */
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

  /** Watches a handle until it is garbage collected, or the returned action runs. */
  Runnable watch(Object handle, Held held) {
    Watched reference = new Watched(handle, held);
    watched.add(reference);
    return reference::forget;
  }

  /** Ends the work of handles that were garbage collected. */
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

  /** Returns the states behind the watched handles. */
  Iterable<Held> open() {
    return () -> watched.stream().map(reference -> reference.held).iterator();
  }

  /** Returns how many of the states behind the watched handles match. */
  int count(Predicate<Held> wanted) {
    return (int) watched.stream().filter(reference -> wanted.test(reference.held)).count();
  }
}
