package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * The sums of a provider with a prompt, a completion and a total. The total is the sum of the two
 * and of what is counted in addition. So it shows whether cached and reasoning tokens are parts or
 * additional, and the value of a missing number. Not thread-safe.
 */
final class TokenSums {

  private final Tally tally;
  private final OptionalLong total;
  private OptionalLong prompt;
  private OptionalLong completion;
  private long cached;
  private long written;
  private long reasoning;
  private boolean areCachesBesideUnlessSaid;
  private boolean isReasoningBesideUnlessSaid;

  private TokenSums(Tally tally, OptionalLong total) {
    this.tally = tally;
    this.total = total.isPresent() && total.getAsLong() > 0 ? total : OptionalLong.empty();
    this.prompt = OptionalLong.empty();
    this.completion = OptionalLong.empty();
  }

  /** Starts with the total. It is optional, so an invalid one is ignored. */
  static TokenSums of(Tally tally, String... totals) {
    for (String name : totals) {
      long total = tally.figures().orZero(name);
      if (total > 0) {
        return new TokenSums(tally, OptionalLong.of(total));
      }
    }
    return new TokenSums(tally, OptionalLong.empty());
  }

  TokenSums prompt(String... names) {
    prompt = tally.number(names);
    return this;
  }

  TokenSums prompt(OptionalLong tokens) {
    prompt = tokens;
    return this;
  }

  TokenSums completion(String... names) {
    completion = tally.number(names);
    return this;
  }

  TokenSums caches(long read, long writtenTo) {
    cached = read;
    written = writtenTo;
    return this;
  }

  TokenSums reasoning(long tokens) {
    reasoning = tokens;
    return this;
  }

  /** Without a total, treats cached tokens as additional if they are more than the prompt. */
  TokenSums cachesBesideUnlessSaid() {
    areCachesBesideUnlessSaid = true;
    return this;
  }

  /** Without a total, treats reasoning tokens as additional to the completion. */
  TokenSums reasoningBesideUnlessSaid() {
    isReasoningBesideUnlessSaid = true;
    return this;
  }

  /** Sets the results in the tally. */
  void settle(boolean isPromptBroken, boolean isCompletionBroken) {
    tally.cached(cached);
    tally.written(written);
    OptionalLong input = prompt(isPromptBroken);
    OptionalLong output = completion(isCompletionBroken);
    if (input.isEmpty() || output.isEmpty()) {
      tally.input(input);
      tally.output(output);
      tally.reasoning(reasoning);
      return;
    }
    long in = input.getAsLong();
    long out = output.getAsLong();
    if (areCachesBeside(in, out)) {
      in = Tally.plus(in, Tally.plus(cached, written));
    }
    tally.input(OptionalLong.of(in));
    output(in, out);
  }

  private OptionalLong prompt(boolean isBroken) {
    if (prompt.isPresent()) {
      return prompt;
    }
    return rest(completion, isBroken);
  }

  private OptionalLong completion(boolean isBroken) {
    if (completion.isPresent()) {
      return completion;
    }
    return rest(prompt, isBroken);
  }

  /** Returns the other part of the total; 0 if it is missing and cannot be computed. */
  private OptionalLong rest(OptionalLong known, boolean isBroken) {
    if (total.isPresent() && known.isPresent() && total.getAsLong() >= known.getAsLong()) {
      return OptionalLong.of(total.getAsLong() - known.getAsLong());
    }
    return isBroken ? OptionalLong.empty() : OptionalLong.of(0);
  }

  private boolean areCachesBeside(long in, long out) {
    long caches = Tally.plus(cached, written);
    if (caches == 0) {
      return false;
    }
    if (total.isEmpty()) {
      return areCachesBesideUnlessSaid && caches > in;
    }
    long without = total.getAsLong() - in - out;
    return without == caches || (reasoning > 0 && without == Tally.plus(caches, reasoning));
  }

  private void output(long in, long out) {
    long rest = total.isPresent() ? total.getAsLong() - in - out : 0;
    if (total.isEmpty() && isReasoningBesideUnlessSaid) {
      rest = reasoning;
    }
    tally.output(OptionalLong.of(rest > 0 ? Tally.plus(out, rest) : out));
    // Tokens in the total that are in neither part are reasoning tokens, unless the provider
    // reports those.
    tally.reasoning(reasoning == 0 && rest > 0 ? rest : reasoning);
  }
}
