package dev.quota.http.internal.cache;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The directives of {@code Cache-Control} (RFC 9111, section 5.2.2), or of a field like it. Caches
 * differ in how they read malformed directives. So a directive that forbids storing counts only if
 * it is well-formed, and one that allows storing counts wherever its name appears. Immutable.
 */
public final class CacheDirectives {

  private static final Set<String> FOR_SHARED_CACHES = Set.of("public", "s-maxage");

  private static final Set<String> FRESHNESS =
      Set.of("max-age", "immutable", "stale-while-revalidate", "stale-if-error", "cache-maxage");

  /** Well-formed directives, and whether they have an argument. */
  private final Map<String, Boolean> wellFormed = new HashMap<>();

  /** Every word in the position of a name. */
  private final Set<String> words = new TreeSet<>();

  private CacheDirectives() {}

  /** Reads all lines of a field. */
  public static CacheDirectives of(Iterable<String> lines) {
    String text = String.join(",", lines);
    CacheDirectives directives = new CacheDirectives();
    for (String word : text.split("[,;\"]", -1)) {
      int equals = word.indexOf('=');
      directives.words.add(lowerCase(equals < 0 ? word : word.substring(0, equals)));
    }
    directives.readWellFormed(text);
    return directives;
  }

  private void readWellFormed(String text) {
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (quoted && character == '\\') {
        i++;
      } else if (character == '"') {
        quoted = !quoted;
      } else if (character == ',' && !quoted) {
        add(text.substring(start, i));
        start = i + 1;
      }
    }
    if (!quoted) {
      add(text.substring(start));
    }
  }

  private void add(String directive) {
    int equals = directive.indexOf('=');
    String name = lowerCase(equals < 0 ? directive : directive.substring(0, equals));
    // If a directive is repeated, the one with an argument counts, because it forbids less.
    wellFormed.merge(name, equals >= 0, (one, other) -> one || other);
  }

  private static String lowerCase(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  private boolean isPlain(String name) {
    return Boolean.FALSE.equals(wellFormed.get(name));
  }

  private boolean anyOf(Set<String> names) {
    return words.stream().anyMatch(names::contains);
  }

  /** Returns whether the field allows shared caches to store the answer. */
  public boolean invitesSharedCaches() {
    return anyOf(FOR_SHARED_CACHES);
  }

  /** Returns whether no shared cache may store the answer. */
  public boolean forbids() {
    // A cache that knows must-understand ignores no-store next to it (RFC 9111, section 5.2.2.3).
    return isPlain("private") || (isPlain("no-store") && !words.contains("must-understand"));
  }

  /** Returns whether a stored answer must be validated before each use. */
  public boolean forbidsUnasked() {
    return isPlain("no-cache");
  }

  /**
   * Returns whether the field says how long an answer is fresh, or how long it may be used stale.
   */
  public boolean saysHowLong() {
    return anyOf(FRESHNESS);
  }

  /** Returns whether all values are in a set. Case is ignored. */
  public static boolean areOnly(List<String> values, Set<String> allowed) {
    return values.stream().allMatch(value -> allowed.contains(lowerCase(value)));
  }
}
