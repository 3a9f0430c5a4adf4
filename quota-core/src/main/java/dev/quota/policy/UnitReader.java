package dev.quota.policy;

import dev.quota.internal.text.Shown;
import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Scalar;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the unit of a quota. */
final class UnitReader {

  static final List<String> KEYS = List.of("name", "label", "labels", "style", "currency", "scale");

  private final Mistakes mistakes;

  UnitReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the unit, if it has no mistakes. */
  Optional<Unit> read(YamlNode node) {
    Optional<Mapping> mapping =
        node.asMapping(
            "`unit` must be a mapping such as {name: message, label: messages}", mistakes);
    return mapping.isPresent() ? unit(mapping.get()) : Optional.empty();
  }

  private Optional<Unit> unit(Mapping mapping) {
    int before = mistakes.count();
    Section section = new Section(mapping, KEYS, mistakes);
    section.require("name", mapping.at(), "name: message");
    Optional<String> name = section.read("name", one -> Unit.count(one, "units").name());
    section.require("label", mapping.at(), "label: messages");
    Optional<String> label = section.read("label", many -> Unit.count("unit", many).label());
    Unit.Style style =
        section.has("style")
            ? section.word("style", Unit.Style.values(), Unit.Style::text).orElse(Unit.Style.COUNT)
            : Unit.Style.COUNT;
    Optional<Unit.Money> money = money(section);
    Map<Locale, Unit.Words> words =
        section.node("labels").map(new UnitWordsReader(mistakes)::read).orElseGet(Map::of);
    if (mistakes.count() > before || name.isEmpty() || label.isEmpty()) {
      return Optional.empty();
    }
    return mistakes.attempt(
        section.placeOf(section.has("currency") ? "currency" : "style"),
        () -> new Unit(name.get(), label.get(), style, money, words));
  }

  private Optional<Unit.Money> money(Section section) {
    if (!section.has("scale") && !section.has("currency")) {
      return Optional.empty();
    }
    Optional<Integer> scale = section.scalar("scale").flatMap(this::scale);
    if (section.has("scale") && !section.has("currency")) {
      mistakes.add(section.placeOf("scale"), "`scale` is allowed only together with `currency`");
    }
    return section
        .scalar("currency")
        .flatMap(this::currency)
        .map(
            currency ->
                new Unit.Money(
                    currency, scale.orElse(Math.max(0, currency.getDefaultFractionDigits()))));
  }

  private Optional<Currency> currency(Scalar text) {
    try {
      return Optional.of(Currency.getInstance(text.text()));
    } catch (IllegalArgumentException e) {
      // The cause has no message of its own.
      mistakes.add(
          text.at(),
          "currency must be an ISO 4217 code such as EUR, was " + Shown.text(text.text()));
      return Optional.empty();
    }
  }

  private Optional<Integer> scale(Scalar text) {
    if (!text.text().matches("\\d{1,9}")) {
      mistakes.add(
          text.at(), "scale must be a whole number from 0 to 9, was " + Shown.text(text.text()));
      return Optional.empty();
    }
    int digits = Integer.parseInt(text.text());
    return mistakes.read(text, any -> new Unit.Money(Currency.getInstance("EUR"), digits).scale());
  }
}
