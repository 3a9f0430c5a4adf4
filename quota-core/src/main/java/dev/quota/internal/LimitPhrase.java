package dev.quota.internal;

import dev.quota.LimitPolicy;
import dev.quota.LimitWindow;
import dev.quota.Scope;
import dev.quota.spi.CalendarUnit;
import dev.quota.spi.Capacity;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of a limit in words.
 *
 * <pre>
 * limit    = capacity "per" window [ "in" zone ] [ "per" scope ]
 * capacity = digits with optional "_" between them | "unlimited"
 * window   = [ number ] ( "second" | "minute" | "hour" | "day" | "week" )      rolling
 *          | "calendar" ( "day" | "week" [ "from" weekday ] | "month" )
 *          | "billing cycle" [ "from" "day" number ]
 * </pre>
 *
 * @param capacity how much
 * @param window over which time
 * @param scope what it counts on, if the phrase says
 * @param defaultName a name made from the window, for a limit that has none
 */
public record LimitPhrase(
    Capacity capacity, LimitWindow window, Optional<Scope> scope, String defaultName) {

  private static final String ALLOWED =
      "allowed: \"10 per minute\", \"100 per 30 seconds\", \"50 per calendar day\", \"50 per calendar"
          + " week from sunday\", \"200000 per calendar month in Europe/Berlin\", \"2000 per billing"
          + " cycle from day 15\", \"unlimited per calendar day\", each also \"… per org\"";

  private static final Map<String, Duration> PERIODS =
      Map.of(
          "second", Duration.ofSeconds(1),
          "minute", Duration.ofMinutes(1),
          "hour", Duration.ofHours(1),
          "day", Duration.ofDays(1),
          "week", Duration.ofDays(7));

  private static final Pattern WORD = Pattern.compile("\\S+");

  /**
   * Reads a phrase.
   *
   * @param text the phrase
   * @return its parts
   * @throws PhraseException if it is not in the grammar
   */
  public static LimitPhrase parse(String text) {
    return new Parser(text).limit();
  }

  /**
   * Reads a capacity alone, as a plan gives it.
   *
   * @param text {@code unlimited} or a number
   * @return the capacity
   * @throws PhraseException if it is neither
   */
  public static Capacity parseCapacity(String text) {
    Parser parser = new Parser(text);
    Capacity capacity = parser.capacity();
    parser.end();
    return capacity;
  }

  /**
   * Returns the limit under a name.
   *
   * @param name the name
   * @return the limit, without thresholds or a label of its own
   */
  public LimitPolicy named(String name) {
    return new LimitPolicy(name, window, capacity, scope, Optional.empty(), Optional.empty());
  }

  /** Says what is wrong with a phrase, and where in it. */
  public static final class PhraseException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final int offset;

    PhraseException(String message, int offset) {
      super(message);
      this.offset = offset;
    }

    /**
     * Returns where in the phrase the mistake is.
     *
     * @return characters from the start, 0 for the first
     */
    public int offset() {
      return offset;
    }
  }

  private record Token(String text, int offset) {}

  /** Reads the words of one phrase from left to right. */
  private static final class Parser {

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    Parser(String source) {
      this.source = source;
      Matcher matcher = WORD.matcher(source);
      while (matcher.find()) {
        tokens.add(new Token(matcher.group(), matcher.start()));
      }
    }

    LimitPhrase limit() {
      Capacity capacity = capacity();
      expect("per");
      LimitPhrase phrase = window(capacity);
      LimitWindow window = phrase.window();
      if (accept("in")) {
        window = inZone(window);
      }
      Optional<Scope> scope = accept("per") ? Optional.of(scope()) : Optional.empty();
      end();
      return new LimitPhrase(capacity, window, scope, phrase.defaultName());
    }

    Capacity capacity() {
      Token token = take("a number or \"unlimited\"");
      if (token.text().equals("unlimited")) {
        return Capacity.unlimited();
      }
      if (!token.text().matches("\\d+(_\\d+)*")) {
        throw wrong("expected a whole number such as 50 or 2_000_000, or \"unlimited\"", token);
      }
      String digits = token.text().replace("_", "");
      if (digits.length() > 16 || Long.parseLong(digits) > Capacity.MAX_UNITS) {
        throw wrong("a capacity is at most " + Capacity.MAX_UNITS, token);
      }
      return Capacity.of(Long.parseLong(digits));
    }

    private LimitPhrase window(Capacity capacity) {
      if (accept("calendar")) {
        return calendar(capacity);
      }
      if (accept("billing")) {
        expect("cycle");
        int day = accept("from") ? billingDay() : 1;
        return new LimitPhrase(
            capacity,
            new LimitWindow.Calendar(CalendarUnit.CYCLE, Optional.empty(), DayOfWeek.MONDAY, day),
            Optional.empty(),
            "cycle");
      }
      return rolling(capacity);
    }

    private LimitPhrase calendar(Capacity capacity) {
      Token token = take("day, week or month");
      DayOfWeek weekStart = DayOfWeek.MONDAY;
      CalendarUnit unit;
      String name;
      switch (token.text()) {
        case "day" -> {
          unit = CalendarUnit.DAY;
          name = "daily";
        }
        case "week" -> {
          unit = CalendarUnit.WEEK;
          name = "weekly";
          if (accept("from")) {
            weekStart = weekday();
          }
        }
        case "month" -> {
          unit = CalendarUnit.MONTH;
          name = "monthly";
        }
        default -> throw wrong("expected day, week or month after \"calendar\"", token);
      }
      return new LimitPhrase(
          capacity,
          new LimitWindow.Calendar(unit, Optional.empty(), weekStart, 1),
          Optional.empty(),
          name);
    }

    private LimitPhrase rolling(Capacity capacity) {
      Token token = take("a window such as minute or calendar day");
      long count = 1;
      boolean counted = token.text().matches("\\d{1,9}");
      if (counted) {
        count = Long.parseLong(token.text());
        token = take("second, minute, hour, day or week");
      }
      String word = singular(token.text());
      Duration period = PERIODS.get(word);
      if (period == null) {
        String hint =
            word.equals("month") || word.equals("year")
                ? "; a month is \"calendar month\" or \"30 days\""
                : "";
        throw wrong("expected second, minute, hour, day, week or calendar …" + hint, token);
      }
      try {
        return new LimitPhrase(
            capacity,
            new LimitWindow.Rolling(period.multipliedBy(count)),
            Optional.empty(),
            counted ? word + "s-" + count : word);
      } catch (IllegalArgumentException e) {
        throw wrong(String.valueOf(e.getMessage()), token);
      }
    }

    private LimitWindow inZone(LimitWindow window) {
      Token token = take("a time zone such as Europe/Berlin");
      if (!(window instanceof LimitWindow.Calendar calendar)) {
        throw wrong("a rolling window has no time zone; leave out \"in …\"", token);
      }
      try {
        return new LimitWindow.Calendar(
            calendar.unit(),
            Optional.of(ZoneId.of(token.text())),
            calendar.weekStart(),
            calendar.billingDay());
      } catch (DateTimeException e) {
        throw wrong("unknown time zone; expected a name such as Europe/Berlin or UTC", token);
      }
    }

    private Scope scope() {
      Token token = take("user, team, org or global");
      for (Scope scope : Scope.values()) {
        if (scope.text().equals(token.text())) {
          return scope;
        }
      }
      if (token.text().equals("conversation")) {
        throw wrong("the scope conversation is not supported yet", token);
      }
      throw wrong("expected the scope user, team, org or global", token);
    }

    private int billingDay() {
      expect("day");
      Token token = take("a day of the month");
      if (!token.text().matches("\\d{1,2}")
          || Integer.parseInt(token.text()) < 1
          || Integer.parseInt(token.text()) > 31) {
        throw wrong("expected a day of the month from 1 to 31", token);
      }
      return Integer.parseInt(token.text());
    }

    private DayOfWeek weekday() {
      Token token = take("a day of the week");
      for (DayOfWeek day : DayOfWeek.values()) {
        if (day.name().toLowerCase(Locale.ROOT).equals(token.text())) {
          return day;
        }
      }
      throw wrong("expected a day of the week such as sunday", token);
    }

    private static String singular(String word) {
      return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    private boolean accept(String word) {
      if (next < tokens.size() && tokens.get(next).text().equals(word)) {
        next++;
        return true;
      }
      return false;
    }

    private void expect(String word) {
      Token token = take("\"" + word + "\"");
      if (!token.text().equals(word)) {
        if (token.text().equals("at") && source.contains("once")) {
          throw wrong("limits on how many at once are not supported yet", token);
        }
        throw wrong("expected \"" + word + "\"", token);
      }
    }

    private Token take(String expected) {
      if (next == tokens.size()) {
        throw new PhraseException(
            "expected " + expected + " at the end of \"" + source.strip() + "\"; " + ALLOWED,
            source.length());
      }
      return tokens.get(next++);
    }

    void end() {
      if (next < tokens.size()) {
        throw wrong("nothing may follow here", tokens.get(next));
      }
    }

    private static PhraseException wrong(String what, Token at) {
      String text = at.text().length() > 60 ? at.text().substring(0, 60) + "…" : at.text();
      return new PhraseException(what + ", was \"" + text + "\"; " + ALLOWED, at.offset());
    }
  }
}
