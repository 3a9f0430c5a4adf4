package dev.quota.models.internal;

import java.util.Locale;

/** The parts of Gemini's tokens by modality, which have their own prices. Stateless. */
final class GeminiModalities {

  private GeminiModalities() {}

  /** Adds the tokens of audio and images. */
  static void amounts(Tally tally) {
    amounts(tally, "prompttokensdetails", "_input_tokens");
    amounts(tally, "tooluseprompttokensdetails", "_input_tokens");
    amounts(tally, "candidatestokensdetails", "_output_tokens");
    amounts(tally, "responsetokensdetails", "_output_tokens");
  }

  private static void amounts(Tally tally, String details, String suffix) {
    Figures said = tally.figures();
    for (int i = 0; said.says(details + "." + i); i++) {
      String modality = said.text(details + "." + i + ".modality").toLowerCase(Locale.ROOT);
      if (modality.equals("audio") || modality.equals("image")) {
        tally.amount(modality + suffix, said.orZero(details + "." + i + ".tokencount"));
      }
    }
  }
}
