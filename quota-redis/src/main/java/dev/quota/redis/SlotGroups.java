package dev.quota.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Groups keys by slot, because one script of a Cluster can only reach one slot. Stateless. */
final class SlotGroups {

  /** Narrow scopes come first, because they refuse more often and have fewer calls per key. */
  private static final List<String> NARROW_FIRST =
      List.of("conversation", "user", "team", "org", "global");

  private SlotGroups() {}

  /** Returns the positions of values whose keys have the same hash tag, and so the same slot. */
  static <T> List<List<Integer>> of(List<T> values, Function<T, String> keyName) {
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      groups
          .computeIfAbsent(Shards.tag(keyName.apply(values.get(i))), tag -> new ArrayList<>())
          .add(i);
    }
    return List.copyOf(groups.values());
  }

  /** Returns groups in the order of the scopes of their first values. */
  static <T> List<List<Integer>> narrowFirst(
      List<List<Integer>> groups, List<T> values, Function<T, String> scope) {
    return groups.stream()
        .sorted(
            Comparator.comparingInt(
                group -> NARROW_FIRST.indexOf(scope.apply(values.get(group.get(0))))))
        .toList();
  }
}
