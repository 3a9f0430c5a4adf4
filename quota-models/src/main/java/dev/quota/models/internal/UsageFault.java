package dev.quota.models.internal;

/**
 * A mistake in an answer's usage. Immutable.
 *
 * @param kind its kind, for the log
 * @param message what is wrong, for strict reading; it may have numbers but no text of the answer
 */
public record UsageFault(Kind kind, String message) {

  /** The kinds of faults. Each is logged once. */
  public enum Kind {
    MALFORMED("it is not the JSON or the event stream that was expected"),
    TOO_LARGE("it is too long, too deep or in too many parts"),
    UNREADABLE("its stream broke"),
    IMPOSSIBLE_NUMBER("it has a number of tokens that cannot be"),
    CONTRADICTION("its numbers of tokens contradict each other"),
    UNKNOWN_SHAPE(
        "it says what was used by names that no known provider uses. UsageJson.result returns them"),
    MISSING(
        "it does not say what was used. Streams of OpenAI's shape say so only where they are asked"
            + " to, by stream_options.include_usage"),
    UNPRICED("the policy has no cost for its model, nor for the one that was asked for"),
    UNEXPECTED("reading it failed for a reason that nobody foresaw");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** Returns what is wrong, as the end of a sentence. */
    String words() {
      return words;
    }
  }
}
