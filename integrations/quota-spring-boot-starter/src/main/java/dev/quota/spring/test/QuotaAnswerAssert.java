package dev.quota.spring.test;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.quota.Level;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Assertions about the answer to a metered request, by its status, its headers and its problem
 * document. {@link QuotaAnswers} makes them for MockMvc and WebTestClient.
 */
public final class QuotaAnswerAssert {

  private static final JsonFactory JSON = new JsonFactory();

  private final QuotaAnswer actual;

  QuotaAnswerAssert(QuotaAnswer answer) {
    actual = answer;
  }

  /**
   * Verifies that the request was charged and answered: the status is below 400, and {@code
   * Quota-Level} tells the state.
   *
   * @return this
   */
  public QuotaAnswerAssert isAllowed() {
    if (actual.status() >= 400) {
      throw failure("Expected the request to be allowed, but %s", actual);
    } else if (actual.header("Quota-Level").isEmpty()) {
      throw failure(
          "Expected the request to be charged, but the answer has no Quota-Level; does its handler"
              + " have a @Quota, and does MockMvc have the filter? %s",
          actual);
    }
    return this;
  }

  /**
   * Verifies that a quota refused the request: the status is 429, or another from 400 on, and the
   * problem document has a code.
   *
   * @return this
   */
  public QuotaAnswerAssert isRefused() {
    if (actual.status() < 400 || !problem("code").startsWith("quota.")) {
      throw failure("Expected a quota to refuse the request, but %s", actual);
    }
    return this;
  }

  /**
   * Verifies the code of a refusal.
   *
   * @param code such as {@code quota.exhausted.calendar}
   * @return this
   */
  public QuotaAnswerAssert hasCode(String code) {
    return isEqual("code", problem("code"), code);
  }

  /**
   * Verifies the sentence of a refusal.
   *
   * @param sentence the {@code detail} of the problem document
   * @return this
   */
  public QuotaAnswerAssert says(String sentence) {
    return isEqual("detail", problem("detail"), sentence);
  }

  /**
   * Verifies how much a limit has left, by the header {@code RateLimit}.
   *
   * @param quota the name of the quota
   * @param limit the name of the limit
   * @param units what is left
   * @return this
   */
  public QuotaAnswerAssert hasRemaining(String quota, String limit, long units) {
    String name = quota + "." + limit;
    Matcher found =
        Pattern.compile("\"" + Pattern.quote(name) + "\";r=(\\d+)")
            .matcher(actual.header("RateLimit"));
    if (!found.find()) {
      throw failure("Expected RateLimit to have \"%s\", but %s", name, actual);
    }
    return isEqual("units left of " + name, found.group(1), Long.toString(units));
  }

  /**
   * Verifies the level of a quota, by the header {@code Quota-Level}.
   *
   * @param quota the name of the quota
   * @param level the level
   * @return this
   */
  public QuotaAnswerAssert hasLevel(String quota, Level level) {
    Matcher found =
        Pattern.compile("(?:^|[ ,])" + Pattern.quote(quota) + "=([a-z]+)")
            .matcher(actual.header("Quota-Level"));
    if (!found.find()) {
      throw failure("Expected Quota-Level to have %s, but %s", quota, actual);
    }
    return isEqual("level of " + quota, found.group(1), level.name().toLowerCase(Locale.ROOT));
  }

  private QuotaAnswerAssert isEqual(String what, String is, String expected) {
    if (!is.equals(expected)) {
      throw failure(
          "Expected the %s to be \"%s\", but it is \"%s\": %s", what, expected, is, actual);
    }
    return this;
  }

  private static AssertionError failure(String message, Object... arguments) {
    return new AssertionError(String.format(Locale.ROOT, message, arguments));
  }

  /** Returns a member of the problem document; empty if there is none. */
  private String problem(String member) {
    Map<String, String> members = new TreeMap<>();
    try (JsonParser parser = JSON.createParser(actual.body())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return "";
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          members.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      // A page or a text has no members.
      return "";
    }
    return members.getOrDefault(member, "");
  }
}
