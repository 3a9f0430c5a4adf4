package dev.quota.tool.replay;

import java.util.Arrays;

/** How much each person used of one quota. Not thread-safe. */
final class Used {

  private long[] units = new long[64];
  private long total;

  void add(int person, long more) {
    if (person >= units.length) {
      units = Arrays.copyOf(units, Math.max(person + 1, units.length + units.length / 2));
    }
    units[person] += more;
    total += more;
  }

  long total() {
    return total;
  }

  long most() {
    return Arrays.stream(units).max().orElse(0);
  }
}
