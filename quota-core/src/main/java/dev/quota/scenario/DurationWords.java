package dev.quota.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and prints durations such as {@code 1 hour 30 minutes}. */
final class DurationWords {

  private static final Pattern PART =
      Pattern.compile("(\\d{1,7}) (millisecond|second|minute|hour|day|week)s?(?: |$)");

  private DurationWords() {}

  static Duration parse(String text) {
    Matcher part = PART.matcher(text);
    Duration sum = Duration.ZERO;
    int at = 0;
    while (part.find() && part.start() == at) {
      sum = sum.plus(one(part.group(2)).multipliedBy(Long.parseLong(part.group(1))));
      at = part.end();
    }
    if (at != text.length() || text.isEmpty()) {
      throw new IllegalArgumentException(
          "expected a time such as 6 seconds or 1 hour 30 minutes, was \"" + text + "\"");
    }
    return sum;
  }

  private static Duration one(String unit) {
    return switch (unit) {
      case "millisecond" -> Duration.ofMillis(1);
      case "second" -> Duration.ofSeconds(1);
      case "minute" -> Duration.ofMinutes(1);
      case "hour" -> Duration.ofHours(1);
      case "day" -> Duration.ofDays(1);
      default -> Duration.ofDays(7);
    };
  }

  static String print(Duration duration) {
    List<String> parts = new ArrayList<>();
    add(parts, duration.toDaysPart(), "day");
    add(parts, duration.toHoursPart(), "hour");
    add(parts, duration.toMinutesPart(), "minute");
    add(parts, duration.toSecondsPart(), "second");
    add(parts, duration.toMillisPart(), "millisecond");
    return parts.isEmpty() ? "0 seconds" : String.join(" ", parts);
  }

  private static void add(List<String> parts, long count, String unit) {
    if (count > 0) {
      parts.add(String.format(Locale.ROOT, "%d %s%s", count, unit, count == 1 ? "" : "s"));
    }
  }
}
