package dev.quota.message;

import dev.quota.message.PluralRule.Category;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The plural rules of languages: the cardinal rules of Unicode CLDR, for whole numbers. The tests
 * compare each of them with ICU.
 */
final class PluralRules {

  private static final long MILLION = 1_000_000;

  private static final Map<String, PluralRule> BY_LANGUAGE = byLanguage();

  private PluralRules() {}

  private static Map<String, PluralRule> byLanguage() {
    Map<String, PluralRule> rules = new HashMap<>();
    put(rules, "id ja km ko lo ms my th yue zh", n -> Category.OTHER);
    put(
        rules,
        "af az bg ckb da de el en et eu fi fo fy ha hu ka kk ku ky lb ml mn mr nb ne nl nn no or"
            + " ps so sq sv sw ta te tk tr ug ur uz xh yi",
        n -> n == 1 ? Category.ONE : Category.OTHER);
    put(
        rules,
        "am as bn fa gu hi hy kn pa si tg ti vi zu",
        n -> n <= 1 ? Category.ONE : Category.OTHER);
    put(rules, "fr pt", n -> n <= 1 ? Category.ONE : millions(n));
    put(rules, "ca es gl it", n -> n == 1 ? Category.ONE : millions(n));
    put(rules, "he iw", n -> n == 2 ? Category.TWO : n == 1 ? Category.ONE : Category.OTHER);
    put(rules, "ar", PluralRules::arabic);
    put(rules, "pl", PluralRules::polish);
    put(rules, "be ru uk", PluralRules::eastSlavic);
    put(rules, "bs hr sr", PluralRules::southSlavic);
    put(rules, "is mk", n -> oneBefore(n, Category.OTHER));
    put(rules, "sl", PluralRules::slovenian);
    put(rules, "cs sk", PluralRules::czech);
    put(rules, "ro", PluralRules::romanian);
    put(rules, "lt", PluralRules::lithuanian);
    put(rules, "lv", PluralRules::latvian);
    return Map.copyOf(rules);
  }

  private static void put(Map<String, PluralRule> rules, String languages, PluralRule rule) {
    for (String language : languages.split(" ", -1)) {
      rules.put(language, rule);
    }
  }

  /** Returns the rule of a locale's language, if it is known here. */
  static Optional<PluralRule> of(Locale locale) {
    return Optional.ofNullable(BY_LANGUAGE.get(locale.getLanguage()));
  }

  private static Category millions(long n) {
    return n != 0 && n % MILLION == 0 ? Category.MANY : Category.OTHER;
  }

  private static Category arabic(long n) {
    if (n <= 2) {
      return n == 0 ? Category.ZERO : n == 1 ? Category.ONE : Category.TWO;
    }
    long end = n % 100;
    if (end >= 3 && end <= 10) {
      return Category.FEW;
    }
    return end >= 11 ? Category.MANY : Category.OTHER;
  }

  private static Category polish(long n) {
    return n == 1 ? Category.ONE : isFew(n) ? Category.FEW : Category.MANY;
  }

  private static Category eastSlavic(long n) {
    return isFew(n) ? Category.FEW : oneBefore(n, Category.MANY);
  }

  private static Category southSlavic(long n) {
    return isFew(n) ? Category.FEW : oneBefore(n, Category.OTHER);
  }

  /** Returns whether the number ends in 2, 3 or 4, but not in 12 to 14. */
  private static boolean isFew(long n) {
    long end = n % 10;
    long teen = n % 100;
    return end >= 2 && end <= 4 && (teen < 12 || teen > 14);
  }

  /** Returns {@code ONE} for numbers that end in 1 but not in 11, else the rest. */
  private static Category oneBefore(long n, Category rest) {
    return n % 10 == 1 && n % 100 != 11 ? Category.ONE : rest;
  }

  private static Category slovenian(long n) {
    long end = n % 100;
    if (end == 1) {
      return Category.ONE;
    }
    return end == 2 ? Category.TWO : end == 3 || end == 4 ? Category.FEW : Category.OTHER;
  }

  private static Category czech(long n) {
    return n == 1 ? Category.ONE : n >= 2 && n <= 4 ? Category.FEW : Category.OTHER;
  }

  private static Category romanian(long n) {
    if (n == 1) {
      return Category.ONE;
    }
    long end = n % 100;
    return n == 0 || (end >= 1 && end <= 19) ? Category.FEW : Category.OTHER;
  }

  private static Category lithuanian(long n) {
    long end = n % 10;
    long teen = n % 100;
    if (end == 0 || (teen >= 11 && teen <= 19)) {
      return Category.OTHER;
    }
    return end == 1 ? Category.ONE : Category.FEW;
  }

  private static Category latvian(long n) {
    long teen = n % 100;
    if (n % 10 == 0 || (teen >= 11 && teen <= 19)) {
      return Category.ZERO;
    }
    return oneBefore(n, Category.OTHER);
  }

  /** Returns the languages whose rules are known. */
  static Iterable<String> languages() {
    return BY_LANGUAGE.keySet();
  }
}
