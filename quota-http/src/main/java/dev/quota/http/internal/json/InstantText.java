package dev.quota.http.internal.json;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Prints moments as {@link Instant#toString} does, but five times faster. A state of one quota has
 * about ten of them. Stateless.
 */
final class InstantText {

  private static final int MINUTE = 60;
  private static final int HOUR = 60 * MINUTE;
  private static final int DAY = 24 * HOUR;
  private static final int NANOS_PER_MILLI = 1_000_000;

  /** Years with four digits: from 0000-01-01 to 9999-12-31, in seconds. */
  private static final long FIRST = -62_167_219_200L;

  private static final long LAST = 253_402_300_799L;

  private InstantText() {}

  static String of(Instant at) {
    long seconds = at.getEpochSecond();
    int nanos = at.getNano();
    if (seconds < FIRST || seconds > LAST || nanos % NANOS_PER_MILLI != 0) {
      return at.toString();
    }
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(seconds, DAY));
    int time = Math.floorMod(seconds, DAY);
    byte[] text = new byte[nanos == 0 ? 20 : 24];
    put(text, 0, 4, date.getYear(), '-');
    put(text, 5, 2, date.getMonthValue(), '-');
    put(text, 8, 2, date.getDayOfMonth(), 'T');
    put(text, 11, 2, time / HOUR, ':');
    put(text, 14, 2, time % HOUR / MINUTE, ':');
    put(text, 17, 2, time % MINUTE, nanos == 0 ? 'Z' : '.');
    if (nanos != 0) {
      put(text, 20, 3, nanos / NANOS_PER_MILLI, 'Z');
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** Writes a number with leading zeros, and the character after it. */
  private static void put(byte[] text, int from, int digits, int number, char after) {
    int rest = number;
    for (int i = from + digits - 1; i >= from; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    text[from + digits] = (byte) after;
  }
}
