package dev.quota.internal.memory;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values with a deadline each. Used under the lock of its {@link Counts}.
 *
 * <p>Removing expired values takes time only for what is removed.
 */
final class Expiring<K, V> {

  private record Item<K, V>(K key, V value, long endMillis, long number) {}

  private static final Comparator<Item<?, ?>> FIRST_END =
      Comparator.<Item<?, ?>>comparingLong(Item::endMillis).thenComparingLong(Item::number);

  private final Map<K, Item<K, V>> byKey = new HashMap<>();
  private final TreeSet<Item<K, V>> byEnd = new TreeSet<>(FIRST_END);
  private final Consumer<V> removed;
  private long numbers;

  Expiring() {
    this(value -> {});
  }

  /** Creates it with a callback for each removed value. */
  Expiring(Consumer<V> removed) {
    this.removed = removed;
  }

  @Nullable V get(K key) {
    Item<K, V> item = byKey.get(key);
    return item == null ? null : item.value();
  }

  /** Sets the value of a key. */
  void put(K key, V value, long endMillis) {
    remove(key);
    Item<K, V> item = new Item<>(key, value, endMillis, numbers++);
    byKey.put(key, item);
    byEnd.add(item);
  }

  void remove(K key) {
    Item<K, V> item = byKey.remove(key);
    if (item != null) {
      byEnd.remove(item);
      removed.accept(item.value());
    }
  }

  /** Removes values whose deadline is that moment or earlier. */
  void expire(long nowMillis) {
    while (!byEnd.isEmpty() && byEnd.first().endMillis() <= nowMillis) {
      Item<K, V> ended = byEnd.pollFirst();
      byKey.remove(ended.key());
      removed.accept(ended.value());
    }
  }

  int size() {
    return byKey.size();
  }

  void clear() {
    byEnd.forEach(item -> removed.accept(item.value()));
    byKey.clear();
    byEnd.clear();
  }

  /** Returns how long the last value is kept from now on; 0 if there is none. */
  long remainingMillis(long nowMillis) {
    return byEnd.isEmpty() ? 0 : Math.max(0, byEnd.last().endMillis() - nowMillis);
  }
}
