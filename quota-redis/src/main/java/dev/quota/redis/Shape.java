package dev.quota.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * The form of a command that determines its script: the kinds of all limits of all entries, and
 * which entries belong to one quota. Capacities, costs and what happens on a shortage are
 * arguments. Immutable.
 *
 * <p>An example is {@code rdm+d|m}. One quota has two entries, which take a common amount: one with
 * a rolling, a daily and a monthly limit, and one with a daily limit. Another quota has an entry
 * with a monthly limit.
 *
 * @param text the form as text
 */
record Shape(String text) {

  /** Ends an entry. The next entry is of the same quota. */
  static final String SAME_QUOTA = "+";

  /** Ends an entry and its quota. */
  static final String NEXT_QUOTA = "|";

  /** Returns the entries of each quota, as the kinds of their limits. */
  List<List<String>> quotas() {
    List<List<String>> quotas = new ArrayList<>();
    for (String quota : text.split("\\" + NEXT_QUOTA, -1)) {
      quotas.add(List.of(quota.split("\\" + SAME_QUOTA, -1)));
    }
    return quotas;
  }
}
