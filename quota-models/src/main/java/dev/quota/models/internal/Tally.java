package dev.quota.models.internal;

import dev.quota.policy.Capacity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What one call used, as far as its figures are sound, with what is wrong about them. A family
 * reads figures from it and says here what they mean. Each part is checked against its whole in the
 * end; a part that cannot be right is left out, so that its tokens cost what the others do. Not
 * thread-safe.
 */
final class Tally {

  private final Figures figures;
  private final List<UsageFault> faults = new ArrayList<>();
  private final Map<String, Long> amounts = new TreeMap<>();
  private OptionalLong input = OptionalLong.of(0);
  private OptionalLong output = OptionalLong.of(0);
  private long cached;
  private long written;
  private long writtenForHour;
  private long reasoning;
  private boolean isOutputLeast;
  private Optional<String> model = Optional.empty();

  Tally(Figures figures) {
    this.figures = figures;
  }

  Figures figures() {
    return figures;
  }

  /**
   * Returns a number that has several names. Services that give it twice give 0 as the other, or
   * the same.
   *
   * @return empty if no name is there, or what is there cannot be a number of tokens
   */
  OptionalLong number(String... names) {
    OptionalLong found = OptionalLong.empty();
    String foundName = "";
    boolean isBroken = false;
    for (String name : names) {
      Optional<Figure> figure = figures.figure(name);
      if (figure.isEmpty()) {
        requireObjectAround(name);
        continue;
      }
      OptionalLong number = sound(figure.get());
      if (number.isEmpty()) {
        isBroken = true;
        continue;
      }
      if (found.isEmpty() || found.getAsLong() == 0) {
        found = number;
        foundName = figure.get().name();
      } else if (number.getAsLong() != 0 && number.getAsLong() != found.getAsLong()) {
        contradiction(
            foundName
                + " and "
                + figure.get().name()
                + " must not contradict each other, was "
                + found.getAsLong()
                + " and "
                + number.getAsLong());
      }
    }
    // A zero beside something broken is what services send for the other name.
    return isBroken && found.orElse(0) == 0 ? OptionalLong.empty() : found;
  }

  /** Returns a number; 0 if it is not there, empty if what is there cannot be one. */
  OptionalLong told(String... names) {
    return figures.says(names) ? number(names) : OptionalLong.of(0);
  }

  /** Returns the number of a part; 0 if it is not there. */
  long part(String... names) {
    return number(names).orElse(0);
  }

  private OptionalLong sound(Figure figure) {
    if (figure.number().isEmpty()) {
      impossible(
          figure.name()
              + " must be a whole number from 0 to "
              + Capacity.MAX_UNITS
              + ", was "
              + figure.kind());
    }
    return figure.number();
  }

  private void requireObjectAround(String name) {
    int point = name.lastIndexOf('.');
    Optional<Figure> around =
        point < 0 ? Optional.empty() : figures.figure(name.substring(0, point));
    if (around.isPresent() && !around.get().text().equals("an object")) {
      impossible(around.get().name() + " must be an object, was " + around.get().kind());
    }
  }

  void impossible(String message) {
    faults.add(new UsageFault(UsageFault.Kind.IMPOSSIBLE_NUMBER, message));
  }

  void contradiction(String message) {
    faults.add(new UsageFault(UsageFault.Kind.CONTRADICTION, message));
  }

  /** All of the input, with the parts of caches. Empty if it is not known. */
  void input(OptionalLong tokens) {
    input = tokens;
  }

  /** All of the input that no cache was involved with; the parts of caches are said before. */
  void inputBesideCaches(OptionalLong tokens) {
    input = plus(tokens, plus(cached, written));
  }

  void cached(long tokens) {
    cached = tokens;
  }

  void written(long tokens) {
    written = tokens;
  }

  /** What is kept for an hour, of what was written. */
  void writtenForHour(long tokens) {
    writtenForHour = tokens;
  }

  /** All of the output, with what was reasoned. Empty if it is not known. */
  void output(OptionalLong tokens) {
    output = tokens;
  }

  void reasoning(long tokens) {
    reasoning = tokens;
  }

  /** The output may become more than was said, because the stream ended early. */
  void outputIsLeast() {
    isOutputLeast = true;
  }

  /** The model that is billed, where that is not the one that the answer names. */
  void model(String name) {
    model = Optional.of(name);
  }

  Optional<String> model() {
    return model;
  }

  /** A number that is not one of tokens, by its name in a formula. */
  void amount(String name, long amount) {
    if (amount > 0) {
      amounts.merge(name, amount, (one, other) -> Math.min(plus(one, other), Capacity.MAX_UNITS));
    }
  }

  /** Adds another call. */
  void add(Tally other) {
    faults.addAll(other.faults);
    input = sum(input, other.input);
    output = sum(output, other.output);
    cached = plus(cached, other.cached);
    written = plus(written, other.written);
    writtenForHour = plus(writtenForHour, other.writtenForHour);
    reasoning = plus(reasoning, other.reasoning);
    isOutputLeast |= other.isOutputLeast;
    model = other.model.or(() -> model);
    other.amounts.forEach(this::amount);
  }

  private static OptionalLong sum(OptionalLong one, OptionalLong other) {
    return one.isEmpty() || other.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(plus(one.getAsLong(), other.getAsLong()));
  }

  /** Returns the sum; one that is too large to be right stays so and does not overflow. */
  static long plus(long one, long other) {
    return Math.min(one + other, Capacity.MAX_UNITS + 1);
  }

  /** Returns the sum, if the first is known. */
  static OptionalLong plus(OptionalLong one, long other) {
    return one.isPresent() ? OptionalLong.of(plus(one.getAsLong(), other)) : one;
  }

  /** Leaves out what cannot be. */
  void check() {
    input = bounded(input, "the sum of all input tokens");
    output = bounded(output, "the sum of all output tokens");
    if (input.isPresent() && cached + written > input.getAsLong()) {
      contradiction(
          "input tokens must be at least the cached ones, which are a part of them and "
              + (cached + written)
              + ", was "
              + input.getAsLong());
      cached = 0;
      written = 0;
    }
    if (writtenForHour > written) {
      contradiction(
          "tokens that are cached for an hour must be at most those written to a cache, which are "
              + written
              + ", was "
              + writtenForHour);
      writtenForHour = 0;
    }
    if (output.isPresent() && reasoning > output.getAsLong()) {
      contradiction(
          "reasoning tokens must be at most the output tokens, which are "
              + output.getAsLong()
              + ", was "
              + reasoning);
      reasoning = 0;
    }
  }

  private OptionalLong bounded(OptionalLong sum, String what) {
    if (sum.isPresent() && sum.getAsLong() > Capacity.MAX_UNITS) {
      impossible(
          what + " must be between 0 and " + Capacity.MAX_UNITS + ", was " + sum.getAsLong());
      return OptionalLong.empty();
    }
    return sum;
  }

  /** Whether everything that is known is nothing. */
  boolean isNothing() {
    return input.orElse(1) == 0 && output.orElse(1) == 0 && amounts.isEmpty();
  }

  List<UsageFault> faults() {
    return faults;
  }

  OptionalLong input() {
    return input;
  }

  OptionalLong output() {
    return output;
  }

  long cached() {
    return cached;
  }

  long written() {
    return written;
  }

  long writtenForHour() {
    return writtenForHour;
  }

  long reasoning() {
    return reasoning;
  }

  boolean isOutputLeast() {
    return isOutputLeast;
  }

  Map<String, Long> amounts() {
    return amounts;
  }
}
