package dev.quota.policy;

import dev.quota.internal.text.PhraseWords;
import dev.quota.internal.text.PhraseWords.Word;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The grammar of the calendar windows in {@link LimitPhrase}.
 *
 * <pre>
 * window = "calendar day" [ "from" time ]
 *        | "calendar week" [ "from" ( time | weekday [ "at" time ] ) ]
 *        | "calendar month" [ "from" time ]
 *        | "billing cycle"                        from the subject's own anchor
 *        | "billing cycle" "from" "day" number [ "at" time ]
 * time   = two digits ":" two digits, from 00:00 to 23:59
 * </pre>
 */
final class CalendarPhrase {

  private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d");
  private static final Pattern LIKE_TIME = Pattern.compile("\\d.*");

  private final PhraseWords words;
  private DayOfWeek weekStart = DayOfWeek.MONDAY;
  private int billingDay = 1;
  private LocalTime dayStart = LocalTime.MIDNIGHT;

  CalendarPhrase(PhraseWords words) {
    this.words = words;
  }

  /** Reads what follows "calendar". */
  LimitWindow.Calendar calendar() {
    Word word = words.take("day, week or month");
    CalendarUnit unit =
        switch (word.text()) {
          case "day" -> CalendarUnit.DAY;
          case "week" -> CalendarUnit.WEEK;
          case "month" -> CalendarUnit.MONTH;
          default -> throw words.wrong("expected day, week or month after \"calendar\"", word);
        };
    return from(unit);
  }

  /** Reads what follows "billing". */
  LimitWindow billing() {
    words.refuse("write \"billing cycle\"", "month");
    words.expect("cycle");
    return words.isNext("from")
        ? from(CalendarUnit.CYCLE)
        : new LimitWindow.BillingCycle(Optional.empty());
  }

  private LimitWindow.Calendar from(CalendarUnit unit) {
    if (words.accept("from")) {
      switch (unit) {
        case DAY -> dayStart = time(words.take("a time such as 04:00"));
        case WEEK -> week();
        case MONTH -> {
          words.refuse("a month from another day is a \"billing cycle from day 15\"", "day");
          dayStart = time(words.take("a time such as 04:00"));
        }
        case CYCLE -> cycle();
      }
    }
    return new LimitWindow.Calendar(unit, Optional.empty(), weekStart, billingDay, dayStart);
  }

  private void week() {
    Word word = words.take("a day of the week");
    if (isLikeTime(word)) {
      dayStart = time(word);
    } else {
      weekStart = weekday(word);
      at();
    }
  }

  private void cycle() {
    words.expect("day");
    billingDay = dayOfMonth(words.take("a day of the month"));
    at();
  }

  private void at() {
    if (words.accept("at")) {
      dayStart = time(words.take("a time such as 04:00"));
    }
  }

  private static boolean isLikeTime(Word word) {
    return LIKE_TIME.matcher(word.text()).matches();
  }

  private LocalTime time(Word word) {
    if (!TIME.matcher(word.text()).matches()) {
      throw words.wrong("expected a time from 00:00 to 23:59, such as 04:00", word);
    }
    return LocalTime.parse(word.text());
  }

  private int dayOfMonth(Word word) {
    if (!word.text().matches("\\d{1,2}")
        || Integer.parseInt(word.text()) < 1
        || Integer.parseInt(word.text()) > 31) {
      throw words.wrong("expected a day of the month from 1 to 31", word);
    }
    return Integer.parseInt(word.text());
  }

  private DayOfWeek weekday(Word word) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (day.name().toLowerCase(Locale.ROOT).equals(word.text())) {
        return day;
      }
    }
    throw words.wrong("expected a day of the week such as sunday", word);
  }
}
