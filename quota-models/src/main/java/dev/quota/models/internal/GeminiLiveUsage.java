package dev.quota.models.internal;

/** Gemini's live API: {@code responseTokenCount}. Each message has only its own numbers. */
final class GeminiLiveUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("responsetokencount");
  }

  @Override
  public void read(Tally tally) {
    long thoughts = tally.part("thoughtstokencount");
    tally.cached(tally.part("cachedcontenttokencount"));
    tally.input(Tally.plus(tally.told("prompttokencount"), tally.part("tooluseprompttokencount")));
    tally.output(Tally.plus(tally.told("responsetokencount"), thoughts));
    tally.reasoning(thoughts);
    GeminiModalities.amounts(tally);
  }

  @Override
  public boolean addsUp(Figures said) {
    return true;
  }
}
