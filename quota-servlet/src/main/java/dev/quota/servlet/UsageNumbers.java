package dev.quota.servlet;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.quota.UsageReport;
import dev.quota.spi.Capacity;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The numbers of the {@code usage} of one call, under the names that providers give them. They are
 * totals, so of several the largest counts.
 */
final class UsageNumbers {

  private static final Set<String> COUNTS =
      Set.of(
          "prompt_tokens",
          "completion_tokens",
          "input_tokens",
          "output_tokens",
          "cache_read_input_tokens",
          "cache_creation_input_tokens");

  private static final Set<String> INPUT_DETAILS =
      Set.of("prompt_tokens_details", "input_tokens_details");
  private static final Set<String> OUTPUT_DETAILS =
      Set.of("completion_tokens_details", "output_tokens_details");

  private static final Set<String> OF_INPUT = Set.of("cached_tokens", "cache_write_tokens");
  private static final Set<String> OF_OUTPUT = Set.of("reasoning_tokens");

  private final Map<String, Long> numbers = new HashMap<>();

  /** Reads the object of all of them, whose first token was read. */
  void readAll(JsonParser json) throws IOException {
    if (!isObject("usage", json)) {
      return;
    }
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      member(name, json);
    }
  }

  /** Reads the value of one member, whose first token was read. */
  void member(String name, JsonParser json) throws IOException {
    if (COUNTS.contains(name)) {
      count(name, json);
    } else if (INPUT_DETAILS.contains(name)) {
      details(name, OF_INPUT, json);
    } else if (OUTPUT_DETAILS.contains(name)) {
      details(name, OF_OUTPUT, json);
    } else {
      json.skipChildren();
    }
  }

  private void details(String name, Set<String> known, JsonParser json) throws IOException {
    if (!isObject(name, json)) {
      return;
    }
    for (String part = json.nextFieldName(); part != null; part = json.nextFieldName()) {
      json.nextToken();
      if (known.contains(part)) {
        count(name + "." + part, json);
      } else {
        json.skipChildren();
      }
    }
  }

  private static boolean isObject(String name, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NULL
        && json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException(name + " must be an object, was " + kind(json));
    }
    return json.currentToken() == JsonToken.START_OBJECT;
  }

  private void count(String name, JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    boolean isWhole = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
    if (!isWhole
        || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        || json.getLongValue() < 0
        || json.getLongValue() > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          name + " must be a whole number from 0 to " + Capacity.MAX_UNITS + ", was " + kind(json));
    }
    numbers.merge(name, json.getLongValue(), Math::max);
  }

  /** Returns a number as it stands, cut, and of anything else only what it is. */
  private static String kind(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        String number = json.getText();
        yield number.length() > 40 ? number.substring(0, 40) + "…" : number;
      }
      case VALUE_STRING -> "a string";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case START_ARRAY -> "an array";
      default -> "an object";
    };
  }

  /** Returns what the numbers mean, if there are any. */
  Optional<UsageReport.Builder> report() {
    if (numbers.isEmpty()) {
      return Optional.empty();
    }
    long input = oneOf("prompt_tokens", "input_tokens");
    long cached =
        oneOf("prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens");
    long written =
        oneOf(
            "prompt_tokens_details.cache_write_tokens", "input_tokens_details.cache_write_tokens");
    UsageReport.Builder report =
        UsageReport.builder()
            .outputTokens(oneOf("completion_tokens", "output_tokens"))
            .reasoningTokens(
                oneOf(
                    "completion_tokens_details.reasoning_tokens",
                    "output_tokens_details.reasoning_tokens"));
    long readApart = numbers.getOrDefault("cache_read_input_tokens", 0L);
    long writtenApart = numbers.getOrDefault("cache_creation_input_tokens", 0L);
    boolean isApart =
        readApart + writtenApart > 0 && numbers.getOrDefault("prompt_tokens", 0L) == 0;
    if (isApart && cached + written > 0) {
      throw new IllegalArgumentException(
          "usage must have cached tokens either as a part of the input or beside it, was both:"
              + " input_tokens_details and cache_read_input_tokens or"
              + " cache_creation_input_tokens");
    }
    if (!isApart && input < cached + written) {
      throw new IllegalArgumentException(
          "input tokens must be at least the cached ones, which are a part of them and "
              + (cached + written)
              + ", was "
              + input);
    }
    return Optional.of(
        isApart
            ? report
                .inputTokens(input)
                .cachedInputTokens(readApart)
                .cacheWriteInputTokens(writtenApart)
            : report
                .totalInputTokens(input)
                .cachedInputTokens(cached)
                .cacheWriteInputTokens(written));
  }

  /** Returns a number that has two names; some services give both, one of them as 0. */
  private long oneOf(String name, String otherName) {
    long one = numbers.getOrDefault(name, 0L);
    long other = numbers.getOrDefault(otherName, 0L);
    if (one > 0 && other > 0 && one != other) {
      throw new IllegalArgumentException(
          name
              + " and "
              + otherName
              + " must not contradict each other, was "
              + one
              + " and "
              + other);
    }
    return Math.max(one, other);
  }
}
