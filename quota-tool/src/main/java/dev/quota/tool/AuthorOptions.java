package dev.quota.tool;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who changes published policies, and why. */
@Command
final class AuthorOptions {

  @Option(
      names = "--by",
      paramLabel = "WHO",
      defaultValue = "${sys:user.name}",
      description = "Who does it, for the history. By default the user of this machine.")
  String by;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for the history: one line.")
  String reason;

  @SuppressWarnings("NullAway") // picocli sets the fields
  AuthorOptions() {}
}
