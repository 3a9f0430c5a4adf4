package dev.quota.policy;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads for how long a place is held where its node dies: {@code 30 seconds}, {@code 2 minutes}.
 */
final class LeasePhrase {

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Pattern PHRASE = Pattern.compile("(\\d{1,4}) (second|minute|hour)s?");

  private LeasePhrase() {}

  static Duration parse(String words) {
    Matcher phrase = PHRASE.matcher(words);
    Duration lease = phrase.matches() ? duration(phrase) : Duration.ZERO;
    if (lease.isZero() || lease.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "lease must be a time such as 30 seconds, from 1 second to 1 hour");
    }
    return lease;
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
