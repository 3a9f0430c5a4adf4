package dev.quota.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * What a take's script depends on: the kinds of all limits of all entries, and which entries belong
 * to one quota. Capacities, costs and what happens when they do not fit are arguments.
 *
 * <p>Spelled {@code rdm+d|m}: an entry with a rolling, a daily and a monthly limit and one with a
 * daily limit take one amount of their quota; an entry with a monthly limit belongs to another.
 *
 * @param text the spelling
 */
record Shape(String text) {

  /** Ends an entry whose quota goes on with the next one. */
  static final String SAME_QUOTA = "+";

  /** Ends an entry with which its quota ends. */
  static final String NEXT_QUOTA = "|";

  /** Returns the entries of each quota, each as the kinds of its limits. */
  List<List<String>> quotas() {
    List<List<String>> quotas = new ArrayList<>();
    for (String quota : text.split("\\" + NEXT_QUOTA, -1)) {
      quotas.add(List.of(quota.split("\\" + SAME_QUOTA, -1)));
    }
    return quotas;
  }
}
