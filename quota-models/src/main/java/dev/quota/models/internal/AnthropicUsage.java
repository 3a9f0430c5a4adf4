package dev.quota.models.internal;

import java.util.List;
import java.util.OptionalLong;

/**
 * Anthropic's messages, and services with the same format. The input has three separate numbers.
 * {@code iterations} that compacted the conversation or asked an advisor are billed in addition to
 * the numbers at the top. Declined attempts are not billed.
 */
final class AnthropicUsage implements UsageFamily {

  private static final String INPUT = "inputtokens";
  private static final String OUTPUT = "outputtokens";
  private static final String READ = "cachereadinputtokens";
  private static final String WRITTEN = "cachecreationinputtokens";
  private static final String FOR_HOUR = "cachecreation.ephemeral1hinputtokens";
  private static final String FOR_MINUTES = "cachecreation.ephemeral5minputtokens";
  private static final String ITERATIONS = "iterations";

  /** The iterations that the top of the usage contains, or that were declined. */
  private static final List<String> OF_TOP = List.of("message", "fallback_message");

  @Override
  public boolean knows(Figures said) {
    return said.says(READ, WRITTEN, "cachecreation", ITERATIONS, "servertooluse")
        && !said.counts("prompttokens")
        && !said.says("inputtokensdetails", "inputtokendetails", "prompttokensdetails");
  }

  @Override
  public void read(Tally tally) {
    Figures said = tally.figures();
    Part top = Part.of(tally, "");
    Part executed = executed(tally, top);
    Part more = beside(tally, top);
    tally.cached(Tally.plus(executed.read, more.read));
    tally.written(Tally.plus(executed.written, more.written));
    tally.writtenForHour(Tally.plus(executed.forHour, more.forHour));
    boolean isInputBroken = said.says(INPUT) && top.input.isEmpty();
    boolean isOutputBroken = said.says(OUTPUT) && top.output.isEmpty();
    tally.inputBesideCaches(isInputBroken ? OptionalLong.empty() : sum(executed.input, more.input));
    tally.output(isOutputBroken ? OptionalLong.empty() : sum(executed.output, more.output));
    tally.reasoning(OpenAiDetails.reasoning(tally));
    tally.amount("web_search_requests", said.orZero("servertooluse.websearchrequests"));
  }

  private static OptionalLong sum(OptionalLong one, OptionalLong other) {
    return OptionalLong.of(Tally.plus(one.orElse(0), other.orElse(0)));
  }

  /** Returns what the model itself used. Some services put only its last iteration at the top. */
  private static Part executed(Tally tally, Part top) {
    Part sum = new Part();
    for (int i = 0; tally.figures().says(ITERATIONS + "." + i); i++) {
      String type = tally.figures().text(ITERATIONS + "." + i + ".type");
      if (type.equals("fallback_message")) {
        tally
            .figures()
            .figure(ITERATIONS + "." + i + ".model")
            .map(Figure::text)
            .filter(it -> !it.isBlank() && it.chars().noneMatch(Character::isISOControl))
            .ifPresent(tally::model);
        return top;
      }
      if (OF_TOP.contains(type)) {
        sum.add(Part.of(tally, ITERATIONS + "." + i + "."));
      }
    }
    return sum.all() > top.all() ? sum : top;
  }

  /** Returns what iterations used that is not in the numbers at the top. */
  private static Part beside(Tally tally, Part top) {
    Part beside = new Part();
    Part all = new Part();
    for (int i = 0; tally.figures().says(ITERATIONS + "." + i); i++) {
      Part iteration = Part.of(tally, ITERATIONS + "." + i + ".");
      all.add(iteration);
      if (!OF_TOP.contains(tally.figures().text(ITERATIONS + "." + i + ".type"))) {
        beside.add(iteration);
      }
    }
    // A service in between may have added them up already.
    return all.all() == top.all() ? new Part() : beside;
  }

  /** The numbers of one place. */
  private static final class Part {

    private OptionalLong input = OptionalLong.empty();
    private OptionalLong output = OptionalLong.empty();
    private long read;
    private long written;
    private long forHour;

    static Part of(Tally tally, String place) {
      Part part = new Part();
      part.input = tally.number(place + INPUT);
      part.output = tally.number(place + OUTPUT);
      part.read = tally.part(place + READ);
      part.forHour = tally.part(place + FOR_HOUR);
      long byTime = Tally.plus(part.forHour, tally.part(place + FOR_MINUTES));
      long written = tally.part(place + WRITTEN);
      part.written = written > 0 ? written : byTime;
      return part;
    }

    void add(Part other) {
      input = sum(input, other.input);
      output = sum(output, other.output);
      read = Tally.plus(read, other.read);
      written = Tally.plus(written, other.written);
      forHour = Tally.plus(forHour, other.forHour);
    }

    long all() {
      return Tally.plus(Tally.plus(input.orElse(0), output.orElse(0)), Tally.plus(read, written));
    }
  }

  /**
   * The last event has totals. Some services repeat only a part of the input in it, or have the
   * separate numbers of caches only there. So the three numbers of the input are replaced together
   * or not at all.
   */
  @Override
  public void next(Figures before, Figures later) {
    if (later.says(ITERATIONS)) {
      before.removeAll(ITERATIONS);
    }
    if (!later.counts(INPUT, READ, WRITTEN)) {
      List.of(INPUT, READ, WRITTEN).forEach(later::remove);
    } else if (later.says(INPUT)) {
      input(before, later);
    }
    before.replaceBy(later);
  }

  private static void input(Figures before, Figures later) {
    long caches = before.orZero(READ) + before.orZero(WRITTEN);
    long input = later.orZero(INPUT);
    boolean saysNoCaches = !later.counts(READ, WRITTEN);
    boolean isRestated = input == before.orZero(INPUT) || input == before.orZero(INPUT) + caches;
    if (saysNoCaches && caches > 0 && isRestated) {
      List.of(INPUT, READ, WRITTEN).forEach(later::remove);
      return;
    }
    before.remove(INPUT);
    hour(before, later);
    if (later.says(READ)) {
      before.remove(READ);
    }
    if (later.says(WRITTEN)) {
      before.remove(WRITTEN);
    }
  }

  /** Combines the duration of the cache in the first event with the amount in the last. */
  private static void hour(Figures before, Figures later) {
    if (!later.says(WRITTEN) || later.says("cachecreation")) {
      return;
    }
    long written = later.orZero(WRITTEN);
    long forHour = before.orZero(FOR_HOUR);
    boolean isAll = forHour > 0 && forHour == before.orZero(WRITTEN);
    long nowForHour = isAll ? written : Math.min(forHour, written);
    before
        .figure(FOR_HOUR)
        .ifPresent(
            it ->
                before.put(
                    FOR_HOUR,
                    new Figure(it.name(), OptionalLong.of(nowForHour), Long.toString(nowForHour))));
  }
}
