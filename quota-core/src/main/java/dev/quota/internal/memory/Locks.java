package dev.quota.internal.memory;

import java.util.function.Supplier;

/** Holds the locks of several counts at once. */
final class Locks {

  private Locks() {}

  /**
   * Runs an action while all counts are locked.
   *
   * @param inOrder the counts in the order of their keys, which prevents deadlocks
   */
  static <T> T hold(Counts[] inOrder, Supplier<T> action) {
    return hold(inOrder, 0, action);
  }

  private static <T> T hold(Counts[] inOrder, int next, Supplier<T> action) {
    if (next == inOrder.length) {
      return action.get();
    }
    synchronized (inOrder[next]) {
      return hold(inOrder, next + 1, action);
    }
  }
}
