package dev.quota.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Splits what one script of a Cluster cannot reach: keys of different identities. */
final class SlotGroups {

  /** Narrow scopes refuse most often, and the keys of wide ones are asked by everybody. */
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
