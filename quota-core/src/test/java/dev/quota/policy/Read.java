package dev.quota.policy;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.StringReader;
import java.util.List;

/** Reads texts as if they were files. */
final class Read {

  private Read() {}

  static Policies policies(String yaml) {
    return PolicyFile.read("quota.yaml", new StringReader(yaml));
  }

  /** Returns the mistakes of a text without the file's name: {@code line:column: problem}. */
  static List<String> mistakes(String yaml) {
    PolicyException refused = catchThrowableOfType(PolicyException.class, () -> policies(yaml));
    return refused == null
        ? List.of()
        : refused.mistakes().stream()
            .map(it -> it.line() + ":" + it.column() + ": " + it.problem())
            .toList();
  }

  /** Returns a file with one quota; the given lines are the sixth and following. */
  static String quotaWith(String lines) {
    return """
        version: 1
        plans: {free: {}, pro: {}}
        quotas:
          chat:
            limits: {daily: 50 per calendar day, slow: 100 per 30 days}
        """
        + lines.indent(4);
  }
}
