package dev.quota.message;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The arguments that the templates of one key may use. */
final class Vocabulary {

  /** The kinds of arguments. */
  private enum Kind {
    TEXT,
    NUMBER,
    CHOICE
  }

  private record Declared(Kind kind, Set<String> choices) {}

  private static final String PHRASE = "phrase.";
  private static final Set<String> TIMES = Set.of("when", "wait", "until", "Until", "about");

  /** The arguments that say how much is used or left, directly or in a phrase. */
  private static final Set<String> USE =
      Set.of(
          "remaining",
          "remaining_units",
          "used",
          "used_units",
          "share",
          "left",
          "used_up",
          "busy",
          "passed_on",
          "needs",
          "rest",
          "smaller",
          "lasts",
          "why");

  /**
   * The keys of phrases by the argument that shows them. A phrase comes after those that it uses.
   */
  private static final Map<String, List<String>> PHRASES = phrases();

  private static final Vocabulary STATE = state();
  private static final Map<String, Vocabulary> BY_KEY = byKey();

  private final Map<String, Declared> declared = new LinkedHashMap<>();
  private boolean learning;

  private Vocabulary() {}

  private static Map<String, List<String>> phrases() {
    Map<String, List<String>> phrases = new LinkedHashMap<>();
    phrases.put("units", List.of("money"));
    putAlone(phrases, "period for_period for_owner owned allowance per used_up busy passed_on");
    phrases.put(
        "left",
        words("past_limit left left_rolling left_rounded left_unlimited left_places left_calls"));
    putAlone(phrases, "needs too_much not_included");
    phrases.put("rest", words("rest rest_rounded"));
    putAlone(phrases, "smaller up_to carry_on sharing scarce");
    phrases.put("limited", words("limited gradual"));
    putAlone(phrases, "next full");
    phrases.put("resets", words("resets refills session"));
    putAlone(phrases, "lasts");
    return phrases;
  }

  /** Adds phrases that have only one key, which has the name of the argument. */
  private static void putAlone(Map<String, List<String>> phrases, String names) {
    words(names).forEach(name -> phrases.put(name, List.of(name)));
  }

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  private static Vocabulary state() {
    Vocabulary words = new Vocabulary();
    words.texts("quota", "unit", "plan", "degraded", "when", "wait", "until", "about", "lasting");
    words.numbers("limit", "remaining", "used", "cost", "period_length");
    words.texts("limit_units", "remaining_units", "used_units", "cost_units");
    words.choice("style", "count", "percent", "money");
    words.choice(
        "window",
        "day",
        "week",
        "month",
        "cycle",
        "session",
        "rolling",
        "concurrent",
        "conversation");
    words.choice("counted", "units", "places", "calls");
    words.choice("owner", "user", "team", "org", "global", "address");
    words.choice("share", "zero", "little", "some", "full");
    words.choice("period_unit", "second", "minute", "hour", "day");
    for (String flag : new String[] {"rounded", "planned", "reduced", "timed", "allowed"}) {
      words.choice(flag, "yes", "no");
    }
    for (String phrase : PHRASES.keySet()) {
      words.texts(phrase);
    }
    words.texts("Units", "Owned", "Allowance", "Until", "why", "back");
    return words;
  }

  private static Map<String, Vocabulary> byKey() {
    Map<String, Vocabulary> byKey = new LinkedHashMap<>();
    List<String> later = new ArrayList<>(List.of("why", "back", "Units", "Owned", "Allowance"));
    later.addAll(PHRASES.keySet());
    PHRASES.forEach(
        (argument, keys) -> {
          Vocabulary words = STATE.without(later);
          keys.forEach(key -> byKey.put(PHRASE + key, words));
          later.remove(argument);
          // An argument that can begin a sentence also exists with a capital letter.
          later.remove(argument.substring(0, 1).toUpperCase(Locale.ROOT) + argument.substring(1));
        });
    for (MessageCode code : MessageCode.values()) {
      Vocabulary words = code.hasTime() ? STATE : STATE.without(TIMES);
      words = code.knowsUse() ? words : words.without(USE);
      byKey.put(code.titleKey(), words);
      byKey.put(code.detailKey(), words);
    }
    Set<String> ofThisPlan =
        Set.of("limit_units", "up_to", "limited", "full", "resets", "too_much");
    Vocabulary upgrade = STATE.without(TIMES).without(USE).without(ofThisPlan);
    byKey.put(
        "upgrade.gives",
        upgrade.texts("upgrade").choice("unbounded", "yes", "no").choice("lacking", "yes", "no"));
    addTimes(byKey);
    return byKey;
  }

  private static void addTimes(Map<String, Vocabulary> byKey) {
    Vocabulary wait = new Vocabulary().choice("unit", "second", "minute", "hour", "day");
    wait.choice("exact", "yes", "no").numbers("n");
    byKey.put("time.in", wait);
    byKey.put("time.for", wait);
    byKey.put("time.about_for", wait);
    Vocabulary clock = addClock(byKey);
    Vocabulary at =
        clock
            .without(Set.of())
            .choice("day", "tonight", "today", "tomorrow", "week", "year", "later")
            .choice("weekday_is", TimeWords.WEEKDAYS.toArray(String[]::new))
            .texts("clock", "zone", "weekday", "month", "year")
            .numbers("date", "month_number");
    byKey.put("time.at", at);
    byKey.put("time.until", at);
    Vocabulary zone = new Vocabulary().choice("place", "yes", "no").choice("named", "yes", "no");
    byKey.put("time.zone", zone.texts("city", "zone_name", "offset"));
    byKey.put("time.about", at);
    Vocabulary both = new Vocabulary().texts("at", "in");
    byKey.put("time.at_in", both);
    byKey.put("time.in_at", both);
  }

  private static Vocabulary addClock(Map<String, Vocabulary> byKey) {
    Vocabulary digits = new Vocabulary().choice("hours", "twelve", "twentyfour");
    digits
        .choice("half", "am", "pm")
        .texts("minute", "hour12", "hour24", "half_name")
        .numbers("hour");
    byKey.put("time.digits", digits);
    Vocabulary clock = digits.without(Set.of()).choice("point", "midnight", "noon", "none");
    clock.texts("digits");
    byKey.put("time.clock", clock);
    return clock;
  }

  /** Returns the declared arguments of a key about a state or a time. */
  static Optional<Vocabulary> of(String key) {
    Vocabulary words = BY_KEY.get(key);
    if (words == null && isOfOneLimit(key)) {
      words = STATE;
    }
    return Optional.ofNullable(words);
  }

  private static boolean isOfOneLimit(String key) {
    return key.startsWith("text.") || key.startsWith("reset.") || key.startsWith("label.");
  }

  /**
   * Returns an empty vocabulary that collects the arguments of the first template that is parsed
   * with it.
   */
  static Vocabulary learning() {
    Vocabulary words = new Vocabulary();
    words.learning = true;
    return words;
  }

  /** Ends the collection. */
  Vocabulary closed() {
    learning = false;
    return this;
  }

  private Vocabulary texts(String... names) {
    for (String name : names) {
      declared.put(name, new Declared(Kind.TEXT, Set.of()));
    }
    return this;
  }

  private Vocabulary numbers(String... names) {
    for (String name : names) {
      declared.put(name, new Declared(Kind.NUMBER, Set.of()));
    }
    return this;
  }

  private Vocabulary choice(String name, String... choices) {
    declared.put(name, new Declared(Kind.CHOICE, Set.of(choices)));
    return this;
  }

  private Vocabulary without(Collection<String> names) {
    Vocabulary words = new Vocabulary();
    words.declared.putAll(declared);
    words.declared.keySet().removeAll(names);
    return words;
  }

  /** Returns the names that templates may use as {@code {name}}. */
  Set<String> names() {
    return declared.keySet();
  }

  void requirePrintable(String name, int at) throws TemplateException {
    if (require(name, at, Kind.TEXT).kind() == Kind.CHOICE) {
      throw new TemplateException("{" + name + "} is a choice; use {" + name + ", select, …}", at);
    }
  }

  void requireNumber(String name, int at) throws TemplateException {
    if (require(name, at, Kind.NUMBER).kind() != Kind.NUMBER) {
      throw new TemplateException("{" + name + "} is no number", at);
    }
  }

  void requireChoice(String name, int at) throws TemplateException {
    if (require(name, at, Kind.CHOICE).kind() != Kind.CHOICE) {
      throw new TemplateException("{" + name + "} is no choice", at);
    }
  }

  void requireCase(String name, String choice, int at) throws TemplateException {
    Set<String> choices = require(name, at, Kind.CHOICE).choices();
    if (!learning && !choices.contains(choice)) {
      throw new TemplateException(
          "{" + name + "} is never " + choice + "; it is one of " + new TreeSet<>(choices), at);
    }
  }

  private Declared require(String name, int at, Kind learned) throws TemplateException {
    if (learning) {
      return declared.merge(
          name,
          new Declared(learned, Set.of()),
          (before, now) -> before.kind() == Kind.TEXT ? now : before);
    }
    Declared found = declared.get(name);
    if (found == null) {
      throw new TemplateException(
          "unknown argument {" + name + "}; there are " + new TreeSet<>(declared.keySet()), at);
    }
    return found;
  }
}
