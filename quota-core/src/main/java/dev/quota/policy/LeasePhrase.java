package dev.quota.policy;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a duration: {@code 30 seconds}, {@code 2 minutes}, {@code 1 hour}. */
final class LeasePhrase {

  private static final Pattern PHRASE = Pattern.compile("(\\d{1,5}) (second|minute|hour)s?");

  private LeasePhrase() {}

  /** Reads the lease of a permit. */
  static Duration lease(String words) {
    return parse(words, Duration.ofHours(1))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "lease must be a time such as 30 seconds, from 1 second to 1 hour"));
  }

  /** Reads the longest time for which a permit is renewed. */
  static Duration maxDuration(String words) {
    return parse(words, LimitWindow.Concurrent.LONGEST_MAX_DURATION)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "max-duration must be a time such as 15 minutes, from the lease to 24 hours"));
  }

  private static Optional<Duration> parse(String words, Duration longest) {
    Matcher phrase = PHRASE.matcher(words);
    return phrase.matches()
        ? Optional.of(duration(phrase)).filter(it -> !it.isZero() && it.compareTo(longest) <= 0)
        : Optional.empty();
  }

  private static Duration duration(Matcher phrase) {
    long count = Long.parseLong(phrase.group(1));
    return switch (phrase.group(2)) {
      case "second" -> Duration.ofSeconds(count);
      case "minute" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }
}
