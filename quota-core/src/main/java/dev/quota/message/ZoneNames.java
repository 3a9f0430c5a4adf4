package dev.quota.message;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What zones are called in one language.
 *
 * <p>The platform knows names, but some are years out of date: it calls the time of Istanbul
 * Eastern European, which is an hour off. So a name counts only where a zone that really has it
 * shows the same clock at that moment. Instances are safe for use by several threads.
 */
final class ZoneNames {

  /** Zones whose names are known in many languages, and beyond doubt. */
  static final List<ZoneId> BEYOND_DOUBT =
      Stream.of(
              "Europe/Berlin",
              "Europe/Athens",
              "Europe/Lisbon",
              "Europe/Moscow",
              "America/New_York",
              "America/Chicago",
              "America/Denver",
              "America/Los_Angeles",
              "America/Anchorage",
              "Pacific/Honolulu",
              "America/Halifax",
              "America/St_Johns",
              "America/Sao_Paulo",
              "America/Argentina/Buenos_Aires",
              "America/Bogota",
              "America/Lima",
              "America/Santiago",
              "Asia/Tokyo",
              "Asia/Seoul",
              "Asia/Shanghai",
              "Asia/Hong_Kong",
              "Asia/Taipei",
              "Asia/Manila",
              "Asia/Dhaka",
              "Asia/Karachi",
              "Asia/Tehran",
              "Asia/Riyadh",
              "Asia/Jerusalem",
              "Australia/Sydney",
              "Australia/Adelaide",
              "Australia/Perth",
              "Pacific/Auckland",
              "Africa/Lagos")
          .map(ZoneId::of)
          .toList();

  /** A zone's name, and the zones beyond doubt that have it too; none if it is not translated. */
  private record Name(String text, List<ZoneId> bearers) {}

  /** More than there are regions; offsets to the second, which a client may name, are far more. */
  private static final int MAX_REMEMBERED_ZONES = 1_000;

  private final Locale locale;
  private final Map<ZoneId, Name> names = new ConcurrentHashMap<>();

  ZoneNames(Locale locale) {
    this.locale = locale;
  }

  /** Returns what the zone of a moment is called; empty if that is not known for sure. */
  Optional<String> name(ZonedDateTime at) {
    Name known = names.get(at.getZone());
    Name name = known == null ? remembered(at.getZone()) : known;
    for (ZoneId bearer : name.bearers()) {
      if (bearer.getRules().getOffset(at.toInstant()).equals(at.getOffset())) {
        return Optional.of(name.text());
      }
    }
    return Optional.empty();
  }

  private Name remembered(ZoneId zone) {
    if (names.size() >= MAX_REMEMBERED_ZONES) {
      names.clear();
    }
    return names.computeIfAbsent(zone, this::look);
  }

  /** Returns how many zones are remembered. */
  int remembered() {
    return names.size();
  }

  private Name look(ZoneId zone) {
    String text = zone.getDisplayName(TextStyle.FULL, locale);
    List<ZoneId> bearers =
        BEYOND_DOUBT.stream()
            .filter(other -> text.equals(other.getDisplayName(TextStyle.FULL, locale)))
            .toList();
    return new Name(text, isTranslated(text, zone) ? bearers : List.of());
  }

  /** Where the platform has no name in a language, it gives the English one. */
  private boolean isTranslated(String name, ZoneId zone) {
    return locale.getLanguage().equals(Locale.ENGLISH.getLanguage())
        || !name.equals(zone.getDisplayName(TextStyle.FULL, Locale.ENGLISH));
  }
}
