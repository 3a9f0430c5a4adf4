package dev.quota.message;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The languages that are spoken, and which of them goes with what somebody reads. Thread-safe. */
final class Languages {

  /** Locales come from requests: what is remembered about them has a bound. */
  private static final int MAX_REMEMBERED_LOCALES = 500;

  /** What nobody reads: ranges may come from requests, and each subtag makes a lookup longer. */
  private static final int MOST_RANGES = 1_000;

  private static final int LONGEST_RANGE = 128;

  private static final Set<String> REGIONS = Set.of(Locale.getISOCountries());

  private final List<Locale> available;
  private final Locale fallback;
  private final Catalogues catalogues;
  private final Map<Locale, Language> read = new ConcurrentHashMap<>();
  private final Map<Locale, Language> nearest = new ConcurrentHashMap<>();

  /**
   * Starts with English and the application's texts; other languages are read when first asked for.
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
      // A weight of zero refuses a language, and the asterisk leaves the choice to us.
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
   * A language and where it is read.
   *
   * @param language an available language
   * @param region of the range that found it; empty if it has none
   */
  record Match(Locale language, String region) {

    /** Returns the language in its region. */
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
      // What is read is prepared again; nobody can fill the memory so that others read it wrong.
      nearest.clear();
    }
    nearest.put(wanted, found);
    return found;
  }
}
