package dev.quota.policy;

import dev.quota.internal.text.PhraseException;
import dev.quota.internal.text.PhraseWords;
import dev.quota.internal.text.PhraseWords.Word;
import dev.quota.policy.LimitWindow.Conversation.Counted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * The grammar of a limit in words.
 *
 * <pre>
 * limit    = capacity "per" window [ "in" zone ] [ "per" scope ]
 *          | capacity "at once" [ "per" scope ]                                 permits
 *          | capacity [ "calls" ] "per conversation"                            while it lasts
 * capacity = digits with optional "_" between them | "unlimited"
 * window   = [ "sliding" ] [ number ]
 *            ( "second" | "minute" | "hour" | "day" | "week" )       rolling or sliding
 *          | "session of" number ( "second" | "minute" | "hour" | "day" | "week" )
 *          | a calendar window, see {@code CalendarPhrase}
 * </pre>
 *
 * @param capacity the capacity
 * @param window the window
 * @param scope the scope, if the phrase has one
 * @param defaultName a name made from the window, for a limit that has none
 */
public record LimitPhrase(
    Capacity capacity, LimitWindow window, Optional<Scope> scope, String defaultName) {

  private static final String ALLOWED =
      "allowed: \"10 per minute\", \"100 per 30 seconds\", \"100 per sliding day\","
          + " \"50 per session of 5 hours\", \"50 per calendar day\","
          + " \"50 per calendar day from 04:00\", \"50 per calendar week from sunday\","
          + " \"200000 per calendar month in Europe/Berlin\","
          + " \"2000 per billing cycle from day 15\", \"unlimited per calendar day\", \"3 at once\", each also \"… per org\"; and"
          + " \"20000 per conversation\", \"12 calls per conversation\"";

  private static final String ALLOWED_CAPACITY =
      "allowed: a whole number such as 500, 0 for \"not in this plan\", or unlimited";

  private static final int LONGEST_NUMBER = 100;

  private static final Map<String, Duration> PERIODS =
      Map.of(
          "second", Duration.ofSeconds(1),
          "minute", Duration.ofMinutes(1),
          "hour", Duration.ofHours(1),
          "day", Duration.ofDays(1),
          "week", Duration.ofDays(7));

  /**
   * Reads a phrase.
   *
   * @param text the phrase
   * @return its parts
   * @throws PhraseException if it is not in the grammar
   */
  public static LimitPhrase parse(String text) {
    return new Parser(text, ALLOWED).limit();
  }

  /**
   * Reads a capacity alone, as in a plan.
   *
   * @param text {@code unlimited} or a number
   * @return the capacity
   * @throws PhraseException if it is neither
   */
  public static Capacity parseCapacity(String text) {
    Parser parser = new Parser(text, ALLOWED_CAPACITY);
    Capacity capacity = parser.capacity();
    parser.words.end();
    return capacity;
  }

  /**
   * Returns the limit with a name.
   *
   * @param name the name
   * @return the limit, without thresholds or a label of its own
   */
  public LimitPolicy named(String name) {
    return new LimitPolicy(name, window, capacity, scope, Optional.empty(), Optional.empty());
  }

  /** Reads the words of one phrase from left to right. */
  private static final class Parser {

    private final PhraseWords words;

    Parser(String source, String allowed) {
      words = new PhraseWords(source, allowed);
    }

    LimitPhrase limit() {
      Capacity capacity = capacity();
      words.refuse("write \"3 at once\" for how many at the same time", "concurrent");
      if (words.accept("at")) {
        words.expect("once");
        return atOnce(capacity);
      }
      boolean calls = words.accept("calls");
      words.expect("per");
      if (words.accept("conversation")) {
        words.end();
        return conversation(capacity, calls ? Counted.CALLS : Counted.UNITS);
      }
      if (calls) {
        throw words.wrong(
            "calls are counted per conversation only", words.take("\"conversation\""));
      }
      return windowed(capacity);
    }

    private LimitPhrase windowed(Capacity capacity) {
      LimitPhrase phrase = window(capacity);
      LimitWindow window = phrase.window();
      if (!(window instanceof LimitWindow.Calendar)) {
        words.refuse(
            "a rolling or sliding window begins at no time; write \"calendar day from 04:00\"",
            "from");
      }
      if (words.accept("in")) {
        window = inZone(window);
      }
      Optional<Scope> scope = words.accept("per") ? Optional.of(scope()) : Optional.empty();
      words.end();
      return new LimitPhrase(capacity, window, scope, phrase.defaultName());
    }

    private LimitPhrase atOnce(Capacity capacity) {
      Optional<Scope> scope = words.accept("per") ? Optional.of(scope()) : Optional.empty();
      words.end();
      return new LimitPhrase(
          capacity,
          new LimitWindow.Concurrent(LimitWindow.Concurrent.USUAL_LEASE),
          scope,
          "at-once");
    }

    private static LimitPhrase conversation(Capacity capacity, Counted counted) {
      return new LimitPhrase(
          capacity,
          new LimitWindow.Conversation(counted),
          Optional.of(Scope.CONVERSATION),
          counted == Counted.CALLS ? "calls" : "conversation");
    }

    Capacity capacity() {
      Word word = words.take("a number or \"unlimited\"");
      if (word.text().equals("unlimited")) {
        return Capacity.unlimited();
      }
      // The length is checked first, because the regular expression needs stack for each digit.
      if (word.text().length() > LONGEST_NUMBER || !word.text().matches("\\d+(_\\d+)*")) {
        throw words.wrong(
            "expected a whole number such as 50 or 2_000_000, or \"unlimited\"", word);
      }
      String digits = word.text().replace("_", "");
      if (digits.length() > 16 || Long.parseLong(digits) > Capacity.MAX_UNITS) {
        throw words.wrong("a capacity is at most " + Capacity.MAX_UNITS, word);
      }
      return Capacity.of(Long.parseLong(digits));
    }

    private LimitPhrase window(Capacity capacity) {
      if (words.accept("calendar")) {
        return calendar(capacity, new CalendarPhrase(words).calendar());
      }
      if (words.accept("billing")) {
        return new LimitPhrase(
            capacity, new CalendarPhrase(words).billing(), Optional.empty(), "cycle");
      }
      if (words.accept("session")) {
        return session(capacity);
      }
      return moving(capacity, words.accept("sliding"));
    }

    private LimitPhrase session(Capacity capacity) {
      words.expect("of");
      Word first = words.take("how long a session lasts, such as 5 hours");
      if (!first.text().matches("\\d{1,9}")) {
        throw words.wrong(
            "expected how long a session lasts, such as \"session of 5 hours\"", first);
      }
      Word unit = words.take("seconds, minutes, hours, days or weeks");
      Duration period = period(first, Long.parseLong(first.text()), unit);
      return new LimitPhrase(
          capacity, new LimitWindow.Session(period), Optional.empty(), "session");
    }

    private static LimitPhrase calendar(Capacity capacity, LimitWindow.Calendar window) {
      String name =
          switch (window.unit()) {
            case DAY -> "daily";
            case WEEK -> "weekly";
            case MONTH -> "monthly";
            case CYCLE -> "cycle";
          };
      return new LimitPhrase(capacity, window, Optional.empty(), name);
    }

    private LimitPhrase moving(Capacity capacity, boolean sliding) {
      Word first = words.take("a window such as minute or calendar day");
      Word word = first;
      long count = 1;
      boolean counted = word.text().matches("\\d{1,9}");
      if (counted) {
        count = Long.parseLong(word.text());
        word = words.take("second, minute, hour, day or week");
      }
      Duration whole = period(first, count, word);
      words.refuse("write \"50 per session of 5 hours\"", "session");
      String unit = singular(word.text());
      String name = counted ? unit + "s-" + count : unit;
      return sliding
          ? new LimitPhrase(
              capacity, new LimitWindow.Sliding(whole), Optional.empty(), "sliding-" + name)
          : new LimitPhrase(capacity, new LimitWindow.Rolling(whole), Optional.empty(), name);
    }

    private Duration period(Word first, long count, Word word) {
      String unit = singular(word.text());
      Duration period = PERIODS.get(unit);
      if (period == null) {
        String hint =
            unit.equals("month") || unit.equals("year")
                ? "; a month is \"calendar month\" or \"30 days\""
                : "";
        throw words.wrong("expected second, minute, hour, day, week or calendar …" + hint, word);
      }
      Duration whole = period.multipliedBy(count);
      if (whole.compareTo(Window.MIN_PERIOD) < 0 || whole.compareTo(Window.MAX_PERIOD) > 0) {
        throw words.wrong(
            "a rolling or sliding window, or a session, lasts from 1 second to 366 days", first);
      }
      return whole;
    }

    private LimitWindow inZone(LimitWindow window) {
      Word word = words.take("a time zone such as Europe/Berlin");
      try {
        if (window instanceof LimitWindow.Calendar calendar) {
          return calendar.inZone(ZoneId.of(word.text()));
        }
        if (window instanceof LimitWindow.BillingCycle) {
          return new LimitWindow.BillingCycle(Optional.of(ZoneId.of(word.text())));
        }
        throw words.wrong(
            "a rolling or sliding window, or a session, has no time zone; leave out \"in …\"",
            word);
      } catch (DateTimeException e) {
        throw words.wrong("unknown time zone; expected a name such as Europe/Berlin or UTC", word);
      }
    }

    private Scope scope() {
      Word word = words.take("user, team, org, conversation or global");
      for (Scope scope : Scope.values()) {
        if (scope.text().equals(word.text())) {
          return scope;
        }
      }
      throw words.wrong("expected the scope user, team, org, conversation or global", word);
    }

    private static String singular(String word) {
      return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }
  }
}
