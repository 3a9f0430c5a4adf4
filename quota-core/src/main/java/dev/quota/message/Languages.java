package dev.quota.message;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The available languages, and the choice of one for a reader. Thread-safe. */
final class Languages {

  /** The cache has a bound, because locales come from requests. */
  private static final int MAX_REMEMBERED_LOCALES = 500;

  /**
   * Bounds on language ranges, because they come from requests and each subtag makes a lookup
   * longer.
   */
  private static final int MOST_RANGES = 1_000;

  private static final int LONGEST_RANGE = 128;

  private static final Set<String> REGIONS = Set.of(Locale.getISOCountries());

  private final List<Locale> available;
  private final Locale fallback;
  private final Catalogues catalogues;
  private final Map<Locale, Language> read = new ConcurrentHashMap<>();
  private final Map<Locale, Language> nearest = new ConcurrentHashMap<>();

  /**
   * Reads English and the application's texts. Other languages are read at their first use.
   *
   * @throws IllegalArgumentException if the application's texts are malformed, or the fallback is
   *     not one of the languages
   */
  Languages(Optional<ClassLoader> application, Collection<Locale> available, Locale fallback) {
    this.available = List.copyOf(available);
    this.fallback = fallback;
    if (!this.available.contains(fallback)) {
      throw new IllegalArgumentException(
          "defaultLocale must be one of " + this.available + ", was " + fallback);
    }
    this.catalogues = new Catalogues(application, this.available);
  }

  /** Returns the language of an available locale. */
  private Language read(Locale locale) {
    return read.computeIfAbsent(locale, catalogues::read);
  }

  /**
   * Returns the available language that fits best, by the lookup of RFC 4647, and the region of the
   * range that found it.
   */
  Match match(List<Locale.LanguageRange> wanted) {
    List<Locale.LanguageRange> bestFirst =
        wanted.stream()
            .limit(MOST_RANGES)
            .filter(range -> range.getRange().length() <= LONGEST_RANGE)
            .sorted((left, right) -> Double.compare(right.getWeight(), left.getWeight()))
            .toList();
    for (Locale.LanguageRange range : bestFirst) {
      // A weight of 0 excludes a language. An asterisk accepts any, so it does not choose one.
      if (range.getWeight() > 0 && !range.getRange().startsWith("*")) {
        Locale found = Locale.lookup(List.of(range), available);
        if (found != null) {
          return new Match(found, region(range.getRange()));
        }
      }
    }
    return new Match(fallback, "");
  }

  private static String region(String range) {
    String region = Locale.forLanguageTag(range).getCountry();
    return REGIONS.contains(region) ? region : "";
  }

  /**
   * A language and the reader's region.
   *
   * @param language an available language
   * @param region the region of the range that matched; empty if it has none
   */
  record Match(Locale language, String region) {

    /** Returns the locale of the language in the region. */
    Locale locale() {
      return region.isEmpty() || !language.getCountry().isEmpty()
          ? language
          : new Locale.Builder().setLocale(language).setRegion(region).build();
    }
  }

  /** Returns the nearest available language; the fallback if none is near. */
  Locale resolve(Locale wanted) {
    Language known = nearest.get(wanted);
    return known == null ? match(wanted).language() : known.locale();
  }

  private Match match(Locale wanted) {
    return wanted.getLanguage().isEmpty()
        ? new Match(fallback, "")
        : match(List.of(new Locale.LanguageRange(wanted.toLanguageTag())));
  }

  /** Returns the nearest available language, with the numbers and dates of the region wanted. */
  Language nearest(Locale wanted) {
    Language known = nearest.get(wanted);
    return known == null ? find(wanted) : known;
  }

  private Language find(Locale wanted) {
    Match match = match(wanted);
    Language language = read(match.language());
    Locale locale = match.locale();
    Language found = locale.equals(match.language()) ? language : language.in(match.region());
    if (nearest.size() >= MAX_REMEMBERED_LOCALES) {
      // The cache is full. Its values are cheap to make again.
      nearest.clear();
    }
    nearest.put(wanted, found);
    return found;
  }
}
