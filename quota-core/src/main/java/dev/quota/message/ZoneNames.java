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
 * The names of zones in one language. Thread-safe.
 *
 * <p>Some names of the platform are outdated: it calls the time of Istanbul Eastern European, which
 * differs by an hour. So a name is used only if a zone with a certain name has the same name and
 * the same time at that moment.
 */
final class ZoneNames {

  /** Zones whose names are certain, and known in many languages. */
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

  /** A zone's name, and the certain zones that have it too; none if it is not translated. */
  private record Name(String text, List<ZoneId> bearers) {}

  /** The bound of the cache: more than there are regions. Clients can name many more offsets. */
  private static final int MAX_REMEMBERED_ZONES = 1_000;

  private final Locale locale;
  private final Map<ZoneId, Name> names = new ConcurrentHashMap<>();

  ZoneNames(Locale locale) {
    this.locale = locale;
  }

  /** Returns the name of the zone at a moment; empty if it is not certain. */
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

  /** If the platform has no name in a language, it returns the English one. */
  private boolean isTranslated(String name, ZoneId zone) {
    return locale.getLanguage().equals(Locale.ENGLISH.getLanguage())
        || !name.equals(zone.getDisplayName(TextStyle.FULL, Locale.ENGLISH));
  }
}
