package dev.quota.models;

import dev.quota.usage.UsageReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Answers as providers document them, with what each used. */
public final class UsageAnswers {

  /**
   * One answer.
   *
   * @param name whose it is, and what about it is special
   * @param used what it used
   * @param text the answer
   */
  public record Sample(String name, UsageReport used, String text) {

    @Override
    public String toString() {
      return name;
    }
  }

  private UsageAnswers() {}

  /** Returns all of them. */
  public static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    for (String block : text().split("(?m)^== ", -1)) {
      if (!block.isBlank()) {
        String[] parts = block.split("\n", 3);
        samples.add(new Sample(parts[0], used(parts[1].substring(3)), parts[2]));
      }
    }
    return samples;
  }

  private static String text() {
    try (InputStream file =
        Objects.requireNonNull(UsageAnswers.class.getResourceAsStream("/usage/answers.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UsageReport used(String numbers) {
    UsageReport.Builder used = UsageReport.builder();
    for (String pair : numbers.strip().split(" ", -1)) {
      String name = pair.substring(0, pair.indexOf('='));
      long number = Long.parseLong(pair.substring(pair.indexOf('=') + 1));
      switch (name) {
        case "total_input_tokens" -> used.totalInputTokens(number);
        case "cached_input_tokens" -> used.cachedInputTokens(number);
        case "cache_write_input_tokens" -> used.cacheWriteInputTokens(number);
        case "cache_write_1h_input_tokens" -> used.cacheWrite1hInputTokens(number);
        case "output_tokens" -> used.outputTokens(number);
        case "reasoning_tokens" -> used.reasoningTokens(number);
        default -> used.amount(name, number);
      }
    }
    return used.build();
  }
}
