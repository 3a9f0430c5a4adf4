package dev.quota.tool.log;

import dev.quota.internal.text.Shown;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;

/** Reads the time of a row, and cuts it to whole milliseconds. Thread-safe. */
final class RowTime {

  /** How a number is read. */
  enum Unit {
    SECONDS,
    MILLIS,
    /** Below 100,000,000,000 they are seconds, until the year 5138. */
    EITHER
  }

  private static final BigDecimal FIRST_MILLIS = new BigDecimal("1e11");
  private static final long LATEST = Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();

  /** Accepts a space instead of the T, and offsets such as +0200 and +02. */
  private static final DateTimeFormatter ANY =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("['T'][' '][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[' '][XXXXX][XXXX][X]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private final Unit unit;
  private final Optional<ZoneId> zone;

  /**
   * Creates a reader.
   *
   * @param unit how numbers are read
   * @param zone the zone of times without an offset; empty if they are mistakes
   */
  RowTime(Unit unit, Optional<ZoneId> zone) {
    this.unit = unit;
    this.zone = zone;
  }

  /**
   * Reads a time.
   *
   * @return milliseconds since the epoch
   */
  long parse(String text) {
    long millis = FastInstant.parse(text);
    if (millis == FastInstant.UNKNOWN) {
      millis = isDate(text) ? date(text) : number(text);
    }
    if (millis < 0 || millis >= LATEST) {
      throw outOfRange(text);
    }
    return millis;
  }

  private static boolean isDate(String text) {
    return text.length() >= 10 && text.charAt(4) == '-';
  }

  private long date(String text) {
    try {
      TemporalAccessor time = ANY.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
      if (time instanceof OffsetDateTime exact) {
        return exact.toInstant().toEpochMilli();
      }
      if (zone.isPresent()) {
        return LocalDateTime.from(time).atZone(zone.get()).toInstant().toEpochMilli();
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw malformed(text);
    }
    throw new BadRowException(
        "time", "time has no offset: " + Shown.text(text) + "; say its zone with --zone");
  }

  private long number(String text) {
    BigDecimal number = Numbers.decimal(text).orElseThrow(() -> malformed(text));
    boolean seconds =
        unit == Unit.SECONDS || (unit == Unit.EITHER && number.abs().compareTo(FIRST_MILLIS) < 0);
    BigDecimal millis = seconds ? number.movePointRight(3) : number;
    if (millis.abs().compareTo(BigDecimal.valueOf(LATEST)) > 0) {
      throw outOfRange(text);
    }
    return millis.setScale(0, RoundingMode.FLOOR).longValueExact();
  }

  private static BadRowException outOfRange(String text) {
    return new BadRowException(
        "time", "time must be between 1970 and 2200, was " + Shown.text(text));
  }

  private static BadRowException malformed(String text) {
    return new BadRowException(
        "time",
        "time must be such as 2026-03-01T09:30:00Z, or seconds or milliseconds since 1970, was "
            + Shown.text(text));
  }
}
