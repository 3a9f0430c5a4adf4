package dev.quota.message;

import dev.quota.policy.Unit;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The name of one unit in one language. It comes from the policy's words for that language, else
 * from the catalogue if the unit is a common one, else from the policy's general words.
 */
final class UnitWords {

  private final Language language;
  private final Unit unit;
  private final Optional<Unit.Words> own;
  private final Optional<CommonUnits.Keys> common;

  UnitWords(Language language, Unit unit) {
    this.language = language;
    this.unit = unit;
    this.own = language.own(unit.words());
    this.common = own.isPresent() ? Optional.empty() : language.keys(unit);
  }

  /** Appends the word for one of them, without a number. */
  void appendOne(StringBuilder out) {
    if (own.isPresent()) {
      String one = own.get().form(PluralRule.Category.ONE.text());
      language.appendLabel(hasPlaceholder(one) ? own.get().label() : one, out);
    } else if (common.isPresent()) {
      phrase(common.get().one(), out);
    } else {
      language.appendLabel(unit.name(), out);
    }
  }

  /** Appends the word for several of them, without a number. */
  void appendSeveral(StringBuilder out) {
    if (own.isPresent()) {
      language.appendLabel(own.get().label(), out);
    } else if (common.isPresent()) {
      phrase(common.get().several(), out);
    } else {
      language.appendLabel(unit.label(), out);
    }
  }

  private void phrase(String key, StringBuilder out) {
    language.template(key).render(new OneText("nothing", text -> {}), out);
  }

  /**
   * Appends a number with its unit.
   *
   * @param n chooses the form
   * @param number appends the number
   */
  void appendCounted(long n, Consumer<StringBuilder> number, StringBuilder out) {
    if (own.isPresent()) {
      appendForm(own.get().form(language.form(n).text()), n, number, out);
    } else if (common.isPresent()) {
      counted(common.get().counted(), n, number, text -> {}, out);
    } else {
      String word = n == 1 ? unit.name() : unit.label();
      counted("number.counted", n, number, text -> language.appendLabel(word, text), out);
    }
  }

  private void appendForm(String form, long n, Consumer<StringBuilder> number, StringBuilder out) {
    int place = form.indexOf(Unit.Words.NUMBER);
    if (place < 0) {
      counted("number.counted", n, number, text -> language.appendLabel(form, text), out);
      return;
    }
    language.isolate(out);
    int start = out.length();
    OneLine.append(form, out);
    int there = out.indexOf(Unit.Words.NUMBER, start);
    // A long form is cut and may have lost the placeholder. The number must still be shown.
    String after = there < 0 ? "" : out.substring(there + Unit.Words.NUMBER.length());
    if (there >= 0) {
      out.setLength(there);
    }
    number.accept(out);
    out.append(after);
    language.endIsolate(out);
  }

  private static boolean hasPlaceholder(String form) {
    return form.contains(Unit.Words.NUMBER);
  }

  private void counted(
      String key,
      long n,
      Consumer<StringBuilder> number,
      Consumer<StringBuilder> word,
      StringBuilder out) {
    language.template(key).render(new Counted(n, number, word), out);
  }

  /** The arguments of a number with its unit. */
  private record Counted(long n, Consumer<StringBuilder> number, Consumer<StringBuilder> word)
      implements Arguments {

    @Override
    public void append(String name, StringBuilder out) {
      switch (name) {
        case "n" -> number.accept(out);
        case "unit" -> word.accept(out);
        default -> throw new IllegalArgumentException("name must be n or unit, was " + name);
      }
    }

    @Override
    public long count(String name) {
      return n;
    }

    @Override
    public String choice(String name) {
      throw new IllegalArgumentException("name must be a choice, was " + name);
    }
  }
}
