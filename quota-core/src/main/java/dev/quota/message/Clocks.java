package dev.quota.message;

import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether regions use the 12-hour or the 24-hour clock. The shipped languages follow CLDR 48
 * instead of the platform's CLDR, which has wrong values in Java 17: 12 hours in Beijing and 24 in
 * Mexico. Stateless.
 */
final class Clocks {

  /** The regions that differ from the rest of their language. */
  private static final Map<String, Set<String>> EXCEPTIONS =
      Map.of(
          "ar", Set.of("IL", "KM", "MA"),
          "de", Set.of(),
          "es",
              Set.of(
                  "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "HN", "MX", "NI", "PA",
                  "PE", "PH", "PR", "PY", "SV", "US", "UY", "VE"),
          "fr", Set.of("DJ", "DZ", "MR", "SY", "TD", "TN", "VU"),
          "ja", Set.of(),
          "pl", Set.of(),
          "zh", Set.of("HK", "MO", "MY", "SG", "TW"));

  private Clocks() {}

  /** Returns whether the region uses the 12-hour clock. */
  static boolean hasTwelveHours(Locale locale) {
    Set<String> exceptions = EXCEPTIONS.get(locale.getLanguage());
    if (exceptions != null) {
      return exceptions.contains(locale.getCountry()) != locale.getLanguage().equals("ar");
    }
    // A language without a region, such as "en", has regions of both kinds.
    return !locale.getCountry().isEmpty() && platformHasTwelveHours(locale);
  }

  private static boolean platformHasTwelveHours(Locale locale) {
    String pattern =
        DateTimeFormatterBuilder.getLocalizedDateTimePattern(
            null, FormatStyle.SHORT, IsoChronology.INSTANCE, locale);
    // Words in a pattern are in quotes: HH 'h' mm.
    String fields = pattern.replaceAll("'[^']*'", "");
    return fields.indexOf('h') >= 0 || fields.indexOf('K') >= 0;
  }
}
