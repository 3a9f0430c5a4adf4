package dev.quota.message;

import dev.quota.policy.Action;
import dev.quota.policy.Plan;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import java.text.DateFormatSymbols;
import java.time.DayOfWeek;
import java.time.Month;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The texts, number formats and rules of one language, prepared once. Immutable. */
final class Language {

  private static final Set<String> RIGHT_TO_LEFT =
      Set.of("ar", "ckb", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi", "ji");

  private static final char ISOLATE = '\u2068';
  private static final char END_OF_ISOLATE = '\u2069';

  private final Locale locale;
  private final List<Locale> nearestFirst;
  private final boolean rightToLeft;
  private final Map<String, Template> templates;
  private final Map<String, Map<String, Template>> byQuota;
  private final CommonUnits commonUnits;
  private final PluralRule rule;
  private final Numbers numbers;
  private final String[] months;
  private final String[] weekdays;
  private final ZoneNames zones;
  private final boolean twelveHours;
  private final String[] halves;

  /**
   * Prepares a language.
   *
   * @param templates every key's template
   * @param byQuota the templates of single quotas, by quota and key
   * @param commonUnits the units that have templates
   */
  Language(
      Locale locale,
      Map<String, Template> templates,
      Map<String, Map<String, Template>> byQuota,
      CommonUnits commonUnits) {
    // Texts look up templates all the time: a HashMap is faster at that than what Map.copyOf makes.
    this(locale, locale, new HashMap<>(templates), new HashMap<>(byQuota), commonUnits);
  }

  private Language(
      Locale locale,
      Locale formats,
      Map<String, Template> templates,
      Map<String, Map<String, Template>> byQuota,
      CommonUnits commonUnits) {
    this.locale = locale;
    this.nearestFirst =
        Catalogues.widestFirst(locale).stream()
            .sorted((left, right) -> right.length() - left.length())
            .map(Locale::forLanguageTag)
            .toList();
    this.rightToLeft = RIGHT_TO_LEFT.contains(locale.getLanguage());
    this.templates = templates;
    this.byQuota = byQuota;
    this.commonUnits = commonUnits;
    this.rule = PluralRules.of(locale).orElseThrow();
    this.numbers = new Numbers(formats);
    this.months =
        Arrays.stream(Month.values())
            .map(month -> month.getDisplayName(TextStyle.FULL, formats))
            .toArray(String[]::new);
    this.weekdays =
        Arrays.stream(DayOfWeek.values())
            .map(day -> day.getDisplayName(TextStyle.FULL, formats))
            .toArray(String[]::new);
    this.zones = new ZoneNames(formats);
    this.twelveHours = Clocks.hasTwelveHours(formats);
    this.halves = DateFormatSymbols.getInstance(formats).getAmPmStrings();
  }

  /** Returns the same texts with the numbers and dates of a region. */
  Language in(String region) {
    Locale formats = new Locale.Builder().setLocale(locale).setRegion(region).build();
    return new Language(locale, formats, templates, byQuota, commonUnits);
  }

  Locale locale() {
    return locale;
  }

  boolean rightToLeft() {
    return rightToLeft;
  }

  Numbers numbers() {
    return numbers;
  }

  String month(Month month) {
    return months[month.getValue() - 1];
  }

  String weekday(DayOfWeek day) {
    return weekdays[day.getValue() - 1];
  }

  /** Returns the plural form of {@code n}. */
  PluralRule.Category form(long n) {
    return rule.of(n);
  }

  /** Returns the keys of a unit's translations, if it has any. */
  Optional<CommonUnits.Keys> keys(Unit unit) {
    return commonUnits.keys(unit);
  }

  /** Returns the value for this language, or for the nearest more general one. */
  <T> Optional<T> own(Map<Locale, T> byLanguage) {
    if (!byLanguage.isEmpty()) {
      for (Locale near : nearestFirst) {
        T found = byLanguage.get(near);
        if (found != null) {
          return Optional.of(found);
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the label of a quota. */
  String label(QuotaPolicy quota) {
    return own(quota.labels()).orElse(quota.label());
  }

  /** Returns the label of a plan. */
  String label(Plan plan) {
    return own(plan.labels()).orElse(plan.label());
  }

  /** Returns the label of what people get while a quota is degraded. */
  Optional<String> degradedLabel(QuotaPolicy quota) {
    return own(quota.degradedLabels()).or(quota::degradedLabel);
  }

  /** Returns an action with its label in this language, as plain text on one line. */
  Action label(Action action) {
    String label = OneLine.of(own(action.labels()).orElse(action.label()));
    return new Action(action.rel(), label, action.href());
  }

  /** Returns whether the reader's region uses the 12-hour clock. */
  boolean hasTwelveHours() {
    return twelveHours;
  }

  /** Returns the marker of the half of a day in the reader's region: "PM" or "p.m.". */
  String halfOfDay(boolean afternoon) {
    return halves[afternoon ? 1 : 0];
  }

  /** Returns the name of the zone at a moment, if it is certain. */
  Optional<String> zoneName(ZonedDateTime at) {
    return zones.name(at);
  }

  Template template(String key) {
    Template template = templates.get(key);
    if (template == null) {
      throw new IllegalArgumentException("key must be the key of a text, was \"" + key + "\"");
    }
    return template;
  }

  Template template(String key, String quota) {
    if (!byQuota.isEmpty()) {
      Map<String, Template> own = byQuota.get(quota);
      Template template = own == null ? null : own.get(key);
      if (template != null) {
        return template;
      }
    }
    return template(key);
  }

  /**
   * Starts a directional isolate, so that a number or a name does not change the order of the
   * sentence.
   */
  void isolate(StringBuilder out) {
    if (rightToLeft) {
      out.append(ISOLATE);
    }
  }

  /** Ends what {@link #isolate} started. */
  void endIsolate(StringBuilder out) {
    if (rightToLeft) {
      out.append(END_OF_ISOLATE);
    }
  }

  /** Appends text from outside as plain text on one line, isolated. */
  void appendLabel(String label, StringBuilder out) {
    if (!label.isEmpty()) {
      isolate(out);
      OneLine.append(label, out);
      endIsolate(out);
    }
  }

  /** Appends a whole number, isolated. */
  void appendNumber(long number, StringBuilder out) {
    isolate(out);
    numbers.append(number, out);
    endIsolate(out);
  }

  /** Appends a percentage, isolated. */
  void appendPercent(long share, StringBuilder out) {
    isolate(out);
    numbers.appendPercent(share, out);
    endIsolate(out);
  }

  /** Appends an amount of money, isolated. */
  void appendMoney(long units, Unit.Money money, boolean roundUp, StringBuilder out) {
    isolate(out);
    numbers.appendMoney(units, money, roundUp, out);
    endIsolate(out);
  }
}
