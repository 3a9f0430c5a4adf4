package dev.quota.models;

import dev.quota.usage.UsageReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

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

  /** Returns all of them: each file of each provider's folder. */
  public static List<Sample> all() {
    Path folder = folder();
    try (Stream<Path> files = Files.walk(folder, 2)) {
      return files
          .filter(it -> it.getNameCount() == folder.getNameCount() + 2)
          .sorted()
          .map(UsageAnswers::sample)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Path.of(Objects.requireNonNull(UsageAnswers.class.getResource("/usage")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Sample sample(Path file) {
    try {
      String[] parts = Files.readString(file).split("\n", 2);
      String name = file.getParent().getFileName() + "/" + file.getFileName();
      return new Sample(name, used(parts[0].substring(3)), parts[1]);
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
