package dev.quota.message;

import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How regions tell the time. The shipped languages follow CLDR 48, whatever the platform's own
 * version says: that of Java 17 has twelve hours in Beijing and twenty-four in Mexico.
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

  /** Returns whether people tell the time in twice twelve hours. */
  static boolean hasTwelveHours(Locale locale) {
    Set<String> exceptions = EXCEPTIONS.get(locale.getLanguage());
    if (exceptions != null) {
      return exceptions.contains(locale.getCountry()) != locale.getLanguage().equals("ar");
    }
    // A language alone, such as "en", is read in regions of both kinds.
    return !locale.getCountry().isEmpty() && platformHasTwelveHours(locale);
  }

  private static boolean platformHasTwelveHours(Locale locale) {
    String pattern =
        DateTimeFormatterBuilder.getLocalizedDateTimePattern(
            null, FormatStyle.SHORT, IsoChronology.INSTANCE, locale);
    // Words in a pattern stand in quotes: HH 'h' mm.
    String fields = pattern.replaceAll("'[^']*'", "");
    return fields.indexOf('h') >= 0 || fields.indexOf('K') >= 0;
  }
}
