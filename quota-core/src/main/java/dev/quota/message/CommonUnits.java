package dev.quota.message;

import dev.quota.policy.Unit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The units that the catalogues translate, under the keys {@code unit.<name>.*}. If a policy's unit
 * has the English words of one of them, its name is translated. Immutable.
 */
final class CommonUnits {

  private static final String PREFIX = "unit.";
  private static final String ONE = ".one";

  /** The keys of a unit's words in the catalogues. */
  record Keys(String one, String several, String counted) {}

  /** By the word for one and the word for several. */
  private final Map<String, Map<String, Keys>> byWords = new HashMap<>();

  private CommonUnits() {}

  /** Returns the units of the English texts. */
  static CommonUnits of(Map<String, Template> english) {
    CommonUnits units = new CommonUnits();
    for (String key : english.keySet()) {
      if (key.startsWith(PREFIX) && key.endsWith(ONE)) {
        String name = key.substring(0, key.length() - ONE.length());
        Keys keys = new Keys(key, name + ".several", name + ".counted");
        units
            .byWords
            .computeIfAbsent(text(english, keys.one), it -> new HashMap<>())
            .put(text(english, keys.several), keys);
      }
    }
    return units;
  }

  private static String text(Map<String, Template> english, String key) {
    Template template = english.get(key);
    if (template == null) {
      throw new IllegalArgumentException("english must have a text for " + key);
    }
    StringBuilder out = new StringBuilder();
    template.render(new OneText("nothing", text -> {}), out);
    return out.toString();
  }

  /** Returns the keys of a unit, if its words are the English ones. */
  Optional<Keys> keys(Unit unit) {
    return Optional.ofNullable(byWords.getOrDefault(unit.name(), Map.of()).get(unit.label()));
  }
}
