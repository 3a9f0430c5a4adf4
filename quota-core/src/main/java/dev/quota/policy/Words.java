package dev.quota.policy;

import dev.quota.internal.text.Shown;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds similar words for messages about unknown words. Stateless. */
final class Words {

  private static final int LONGEST = 64;
  private static final int MOST_LISTED = 32;

  /** The bound of a search, which takes time for each candidate. There are 600 time zones. */
  private static final int MOST_CANDIDATES = 700;

  private Words() {}

  /** Returns the sentence about a word that is not allowed. */
  static String unknown(String what, String word, Collection<String> allowed) {
    String list =
        allowed.stream().limit(MOST_LISTED).collect(Collectors.joining(", "))
            + (allowed.size() > MOST_LISTED ? ", …" : "");
    String start = "unknown " + what + " " + Shown.text(word);
    return closest(word, allowed)
        .map(meant -> start + ", did you mean `" + meant + "`? Allowed: " + list)
        .orElse(start + (allowed.isEmpty() ? "; there are none" : "; allowed: " + list));
  }

  /** Returns the nearest word, if it is similar enough. */
  static Optional<String> closest(String word, Collection<String> allowed) {
    if (word.isEmpty() || word.length() > LONGEST) {
      return Optional.empty();
    }
    int near = Math.max(1, word.length() / 3);
    Optional<String> closest = Optional.empty();
    int least = near + 1;
    int seen = 0;
    for (String candidate : allowed) {
      if (++seen > MOST_CANDIDATES) {
        break;
      }
      // The distance is at least the difference of the lengths.
      if (Math.abs(candidate.length() - word.length()) < least) {
        int distance = distance(word, candidate);
        if (distance < least) {
          least = distance;
          closest = Optional.of(candidate);
        }
      }
    }
    return closest;
  }

  /**
   * Returns the edit distance: how many characters must be inserted, deleted, replaced or swapped
   * with a neighbour. Case is ignored.
   */
  static int distance(String from, String to) {
    int[][] costs = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      costs[i][0] = i;
    }
    for (int j = 0; j <= to.length(); j++) {
      costs[0][j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      for (int j = 1; j <= to.length(); j++) {
        int replaced = costs[i - 1][j - 1] + (same(from, i - 1, to, j - 1) ? 0 : 1);
        int moved = Math.min(costs[i - 1][j], costs[i][j - 1]) + 1;
        costs[i][j] = Math.min(replaced, moved);
        if (i > 1 && j > 1 && same(from, i - 1, to, j - 2) && same(from, i - 2, to, j - 1)) {
          costs[i][j] = Math.min(costs[i][j], costs[i - 2][j - 2] + 1);
        }
      }
    }
    return costs[from.length()][to.length()];
  }

  private static boolean same(String left, int i, String right, int j) {
    return Character.toLowerCase(left.charAt(i)) == Character.toLowerCase(right.charAt(j));
  }
}
