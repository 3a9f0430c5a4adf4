package dev.quota.tool.replay;

import dev.quota.tool.log.LogOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Options for tests that need none of their own. */
final class Logs {

  private Logs() {}

  static LogOptions options() {
    return new LogOptions(
        Optional.empty(),
        Optional.empty(),
        StandardCharsets.UTF_8,
        Optional.empty(),
        LogOptions.TimeUnit.AUTO,
        Map.of(),
        List.of(),
        Optional.empty(),
        1_000,
        20);
  }
}
