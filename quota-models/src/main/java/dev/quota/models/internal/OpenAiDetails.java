package dev.quota.models.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The parts of a prompt and of a completion, by the names of OpenAI and similar services.
 * Stateless.
 */
final class OpenAiDetails {

  /** The members that contain the parts. Some services write them in the singular. */
  static final String[] PARENTS = {
    "prompttokensdetails",
    "prompttokendetails",
    "inputtokensdetails",
    "inputtokendetails",
    "completiontokensdetails",
    "completiontokendetails",
    "outputtokensdetails",
    "outputtokendetails"
  };

  private static final List<String> OF_INPUT = List.of(PARENTS).subList(0, 4);
  private static final List<String> OF_OUTPUT = List.of(PARENTS).subList(4, 8);

  private static final String[] CACHED =
      names(
          OF_INPUT,
          List.of("cachedtokens", "cachereadtokens"),
          "cachedtokens",
          "numcachedtokens",
          "cachereadinputtokens");
  private static final String[] WRITTEN =
      names(
          OF_INPUT,
          List.of("cachewritetokens", "cachecreationtokens", "cachecreationinputtokens"),
          "cachecreationinputtokens",
          "cachewritetokens");
  private static final String[] WRITTEN_FOR_HOUR = ephemeral("ephemeral1hinputtokens");
  private static final String[] WRITTEN_FOR_MINUTES = ephemeral("ephemeral5minputtokens");
  private static final String[] REASONING =
      names(
          OF_OUTPUT,
          List.of("reasoningtokens", "thinkingtokens"),
          "reasoningtokens",
          "thinkingtokens");

  /** The names of amounts that have their own prices, and where they are. */
  private static final Map<String, String[]> OF_KIND =
      Map.of(
          "audio_input_tokens", names(OF_INPUT, List.of("audiotokens")),
          "audio_output_tokens", names(OF_OUTPUT, List.of("audiotokens")),
          "image_input_tokens", names(OF_INPUT, List.of("imagetokens")),
          "image_output_tokens", names(OF_OUTPUT, List.of("imagetokens")));

  private OpenAiDetails() {}

  static long cached(Tally tally) {
    return tally.part(CACHED);
  }

  static long written(Tally tally) {
    long written = tally.part(WRITTEN);
    return written > 0 ? written : writtenForHour(tally) + tally.part(WRITTEN_FOR_MINUTES);
  }

  static long writtenForHour(Tally tally) {
    return tally.part(WRITTEN_FOR_HOUR);
  }

  private static String[] ephemeral(String name) {
    return names(
        OF_INPUT,
        List.of("cachecreation." + name, "cachecreationtokendetails." + name, name),
        "cachecreation." + name);
  }

  static long reasoning(Tally tally) {
    return tally.part(REASONING);
  }

  /** Adds the tokens of audio and images, which have their own prices. */
  static void amounts(Tally tally) {
    OF_KIND.forEach((amount, names) -> tally.amount(amount, first(tally.figures(), names)));
  }

  private static long first(Figures said, String[] names) {
    for (String name : names) {
      long tokens = said.orZero(name);
      if (tokens > 0) {
        return tokens;
      }
    }
    return 0;
  }

  private static String[] names(List<String> parents, List<String> parts, String... others) {
    List<String> names = new ArrayList<>();
    for (String parent : parents) {
      for (String part : parts) {
        names.add(parent + "." + part);
      }
    }
    names.addAll(List.of(others));
    return names.toArray(String[]::new);
  }
}
