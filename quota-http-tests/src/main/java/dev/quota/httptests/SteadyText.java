package dev.quota.httptests;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts marks within « » in the place of what is different in each run: ids, nonces, signatures,
 * digests, and waits that are spread on purpose. Not thread-safe.
 */
final class SteadyText {

  private static final Pattern INSTANCE = Pattern.compile("(?<=urn:uuid:)[0-9a-f-]{36}");
  private static final Pattern NONCE =
      Pattern.compile("(?<='nonce-|nonce=\")[A-Za-z0-9+/]{22}==(?=['\"])");
  private static final Pattern CONVERSATION =
      Pattern.compile("(?<=\")[A-Za-z0-9_-]{22}(?=\"(;first=\"[^\"]*\")?;sig=)");
  private static final Pattern SIGNATURE = Pattern.compile("(?<=sig=:)[A-Za-z0-9+/]{43}=(?=:)");
  private static final Pattern DIGEST =
      Pattern.compile("(?<=/quota-|etag: \"|If-None-Match: \"|W/\")[0-9a-f]{16}(?=[.\"-])");
  private static final Pattern SPREAD =
      Pattern.compile("(?<=retry-after: |\"retryAfterSeconds\":)[2-5](?=[\n,])");

  private final Map<String, String> names = new LinkedHashMap<>();

  /** Returns a text of which the rest is the same in each run. */
  String of(String text, boolean spread) {
    String steady = spread ? SPREAD.matcher(text).replaceAll("«2 to 5»") : text;
    steady = INSTANCE.matcher(steady).replaceAll("«uuid»");
    steady = NONCE.matcher(steady).replaceAll("«nonce»");
    steady = DIGEST.matcher(steady).replaceAll("«digest»");
    steady = numbered(steady, CONVERSATION, "conversation");
    return numbered(steady, SIGNATURE, "signature");
  }

  /** The same id is the same name wherever it comes back. */
  private String numbered(String text, Pattern pattern, String kind) {
    return pattern
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    names.computeIfAbsent(
                        found.group(), it -> "«" + kind + " " + (names.size() + 1) + "»")));
  }
}
