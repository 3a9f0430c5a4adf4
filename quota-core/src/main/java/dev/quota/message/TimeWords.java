package dev.quota.message;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** A future moment, as a time in a person's zone and as a wait. Not thread-safe. */
final class TimeWords implements Arguments {

  /** From this many days on a date is shown with its year. */
  private static final long YEAR_IS_CLEAR_DAYS = 300;

  private static final int NOON = 12;

  /** The choices of {@code weekday_is}. */
  static final List<String> WEEKDAYS =
      List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

  private final Language language;
  private final Wait wait;
  private final ZonedDateTime at;
  private final LocalDate today;
  private final boolean nameZone;

  TimeWords(Language language, Instant now, Instant at, ZoneId zone, boolean nameZone) {
    this.language = language;
    this.wait = Wait.ofMillis(at.toEpochMilli() - now.toEpochMilli());
    // The time is shown in minutes. Rounded down it would be too early.
    Instant minute = at.truncatedTo(ChronoUnit.MINUTES);
    this.at = (minute.equals(at) ? minute : minute.plusSeconds(60)).atZone(zone);
    this.today = now.atZone(zone).toLocalDate();
    this.nameZone = nameZone;
  }

  boolean isUnderOneMinute() {
    return wait.unit().equals("second") && wait.n() < 60;
  }

  void render(String key, StringBuilder out) {
    language.template(key).render(this, out);
  }

  @Override
  public void append(String name, StringBuilder out) {
    switch (name) {
      case "n" -> language.appendNumber(wait.n(), out);
      case "in" -> render("time.in", out);
      case "at" -> render("time.at", out);
      case "clock" -> appendClock(out);
      case "digits" -> render("time.digits", out);
      case "hour" -> language.numbers().appendTwoDigits(at.getHour(), out);
      case "hour12" -> language.numbers().append((at.getHour() + 11) % NOON + 1, out);
      case "hour24" -> language.numbers().append(at.getHour(), out);
      case "half_name" -> out.append(language.halfOfDay(at.getHour() >= NOON));
      case "minute" -> language.numbers().appendTwoDigits(at.getMinute(), out);
      case "weekday" -> out.append(language.weekday(at.getDayOfWeek()));
      case "date", "month_number" -> language.appendNumber(count(name), out);
      case "month" -> out.append(language.month(at.getMonth()));
      case "year" -> appendYear(out);
      case "zone" -> appendZone(out);
      // Not isolated, because it is in the language's own letters and may be joined to the word
      // before it.
      case "zone_name" -> language.zoneName(at).ifPresent(out::append);
      case "offset" -> appendOffset(out);
      case "city" -> language.appendLabel(city(at.getZone().getId()), out);
      default -> throw unknown(name);
    }
  }

  private void appendClock(StringBuilder out) {
    language.isolate(out);
    render("time.clock", out);
    language.endIsolate(out);
  }

  private void appendYear(StringBuilder out) {
    language.isolate(out);
    language.numbers().appendPlain(at.getYear(), out);
    language.endIsolate(out);
  }

  private void appendZone(StringBuilder out) {
    if (nameZone) {
      render("time.zone", out);
    }
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException("name must be an argument of times, was " + name);
  }

  @Override
  public long count(String name) {
    return switch (name) {
      case "n" -> wait.n();
      case "hour" -> at.getHour();
      case "date" -> at.getDayOfMonth();
      case "month_number" -> at.getMonthValue();
      default -> throw unknown(name);
    };
  }

  @Override
  public String choice(String name) {
    return switch (name) {
      case "unit" -> wait.unit();
      case "hours" -> language.hasTwelveHours() ? "twelve" : "twentyfour";
      case "exact" -> wait.about() ? "no" : "yes";
      case "half" -> at.getHour() < NOON ? "am" : "pm";
      case "point" -> point();
      case "day" -> day();
      case "weekday_is" -> WEEKDAYS.get(at.getDayOfWeek().getValue() - 1);
      case "place" -> isPlace(at.getZone()) ? "yes" : "no";
      case "named" -> language.zoneName(at).isPresent() ? "yes" : "no";
      default -> throw unknown(name);
    };
  }

  private String point() {
    if (at.getMinute() != 0 || at.getHour() % NOON != 0) {
      return "none";
    }
    return at.getHour() == 0 ? "midnight" : "noon";
  }

  private String day() {
    long days = at.toLocalDate().toEpochDay() - today.toEpochDay();
    if (days <= 0) {
      return "today";
    }
    if (days == 1) {
      return point().equals("midnight") ? "tonight" : "tomorrow";
    }
    if (days < 7) {
      return "week";
    }
    return days < YEAR_IS_CLEAR_DAYS ? "year" : "later";
  }

  private static boolean isPlace(ZoneId zone) {
    String id = zone.getId();
    boolean place = id.indexOf('/') > 0 && !id.startsWith("Etc/");
    return place || !(zone.getRules().isFixedOffset() || isShort(id));
  }

  private static boolean isShort(String zoneId) {
    return zoneId.equals(zoneId.toUpperCase(Locale.ROOT));
  }

  /** Appends {@code UTC+3}; {@code CET} as it is. */
  private void appendOffset(StringBuilder out) {
    ZoneId zone = at.getZone();
    language.isolate(out);
    if (zone.getRules().isFixedOffset() || isPlace(zone)) {
      appendOffset(at.getOffset(), out);
    } else {
      out.append(zone.getId());
    }
    language.endIsolate(out);
  }

  private static void appendOffset(ZoneOffset offset, StringBuilder out) {
    int minutes = offset.getTotalSeconds() / 60;
    out.append("UTC");
    if (minutes != 0) {
      int size = Math.abs(minutes);
      out.append(minutes < 0 ? '-' : '+').append(size / 60);
      if (size % 60 != 0) {
        out.append(':').append(size % 60 < 10 ? "0" : "").append(size % 60);
      }
    }
  }

  private static String city(String zoneId) {
    return zoneId.substring(zoneId.lastIndexOf('/') + 1).replace('_', ' ');
  }
}
