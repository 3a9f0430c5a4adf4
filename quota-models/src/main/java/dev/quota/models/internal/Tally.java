package dev.quota.models.internal;

import dev.quota.policy.Capacity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The valid numbers of one call, and its faults. A family reads figures from it and sets their
 * meanings here. In the end each part is checked against its whole. A wrong part is left out, so
 * that its tokens cost as much as the others. Not thread-safe.
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
  private boolean isWithoutTokens;
  private Optional<String> model = Optional.empty();

  Tally(Figures figures) {
    this.figures = figures;
  }

  Figures figures() {
    return figures;
  }

  /**
   * Returns a number that has several names. Services that send two of them send 0 for one, or the
   * same number.
   *
   * @return the number; empty if it is missing or invalid
   */
  OptionalLong number(String... names) {
    Named found = Named.NOTHING;
    boolean isBroken = false;
    for (String name : names) {
      Optional<Figure> figure = figures.figure(name);
      if (figure.isEmpty()) {
        requireObjectAround(name);
      } else if (sound(figure.get()).isEmpty()) {
        isBroken = true;
      } else {
        found = same(found, figure.get());
      }
    }
    // If one value is invalid, a zero under the other name is not its value.
    return isBroken && found.number().orElse(0) == 0 ? OptionalLong.empty() : found.number();
  }

  /** A number, and the name under which it was found first. */
  private record Named(String name, OptionalLong number) {
    static final Named NOTHING = new Named("", OptionalLong.empty());
  }

  /** Returns the number of two names. Both must say the same, or one of them zero. */
  private Named same(Named found, Figure other) {
    long number = other.number().orElseThrow();
    long before = found.number().orElse(0);
    if (before == 0) {
      return new Named(other.name(), other.number());
    }
    if (number != 0 && number != before) {
      contradiction(
          found.name()
              + " and "
              + other.name()
              + " must not contradict each other, was "
              + before
              + " and "
              + number);
    }
    return found;
  }

  /** Returns a number; 0 if it is missing, empty if it is invalid. */
  OptionalLong told(String... names) {
    return figures.says(names) ? number(names) : OptionalLong.of(0);
  }

  /** Returns the number of a part; 0 if it is missing. */
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
    Optional<Figure> around = figures.around(name);
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

  /** Sets all input tokens, including those of caches; empty if not known. */
  void input(OptionalLong tokens) {
    input = tokens;
  }

  /** Sets the input tokens without those of caches, which must be set before. */
  void inputBesideCaches(OptionalLong tokens) {
    input = plus(tokens, plus(cached, written));
  }

  void cached(long tokens) {
    cached = tokens;
  }

  void written(long tokens) {
    written = tokens;
  }

  /** Sets the part of the written tokens that is kept for an hour. */
  void writtenForHour(long tokens) {
    writtenForHour = tokens;
  }

  /** Sets all output tokens, including those of reasoning; empty if not known. */
  void output(OptionalLong tokens) {
    output = tokens;
  }

  void reasoning(long tokens) {
    reasoning = tokens;
  }

  /** Notes that the output may be more than reported, because the stream ended early. */
  void outputIsLeast() {
    isOutputLeast = true;
  }

  /** Notes that the call is billed by something other than tokens. */
  void countsNoTokens() {
    isWithoutTokens = true;
  }

  /** Sets the model that is billed, if it differs from the one in the answer. */
  void model(String name) {
    model = Optional.of(name);
  }

  Optional<String> model() {
    return model;
  }

  /** Sets a number other than tokens, by its name in a formula. */
  void amount(String name, long amount) {
    if (amount > 0) {
      amounts.merge(name, amount, (one, other) -> Math.min(plus(one, other), Capacity.MAX_UNITS));
    }
  }

  /** Adds another call. */
  void add(Tally other) {
    faults.addAll(other.faults);
    if (isWithoutTokens) {
      input = other.input;
      output = other.output;
      isWithoutTokens = other.isWithoutTokens;
    } else if (!other.isWithoutTokens) {
      input = sum(input, other.input);
      output = sum(output, other.output);
    }
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

  /** Returns the sum, without an overflow. */
  static long plus(long one, long other) {
    return Math.min(one + other, Capacity.MAX_UNITS + 1);
  }

  /** Returns the sum, if the first is known. */
  static OptionalLong plus(OptionalLong one, long other) {
    return one.isPresent() ? OptionalLong.of(plus(one.getAsLong(), other)) : one;
  }

  /** Removes parts that are wrong. */
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

  /** Returns whether all known numbers are zero. */
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
