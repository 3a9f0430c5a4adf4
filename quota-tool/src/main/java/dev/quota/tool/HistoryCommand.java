package dev.quota.tool;

import dev.quota.redis.PublishedPolicies;
import dev.quota.redis.PublishedVersion;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists published versions. */
@Command(
    name = "history",
    description = {
      "Lists published versions, the newest first: when, by whom and why. The first line is the"
          + " version in force.",
      "Ends with 0, and with 2 if Redis does not answer."
    })
final class HistoryCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommandOptions options;
  @Mixin private PublishedOptions redis;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many versions at most. Default: ${DEFAULT-VALUE}.")
  private int most;

  @Option(
      names = "--text",
      paramLabel = "VERSION",
      description = "Prints the policy file of this version, and nothing else.")
  private Optional<Long> text;

  @SuppressWarnings("NullAway") // picocli sets the fields
  HistoryCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (PublishedPolicies published = redis.connect()) {
      if (text.isPresent()) {
        out.print(published.text(published.version(text.get())));
      } else {
        print(out, published.history(most));
      }
      return QuotaCommand.FINE;
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()), e);
    }
  }

  private void print(PrintWriter out, List<PublishedVersion> versions) {
    if (options.json) {
      Printed.json(out, Map.of("versions", versions.stream().map(PublishedText::toJson).toList()));
      return;
    }
    TextTable table = new TextTable("version", "at", "by", "sha256", "reason");
    for (PublishedVersion version : versions) {
      String back =
          version.rollbackTo().isPresent()
              ? "rollback to " + version.rollbackTo().getAsLong() + ": "
              : "";
      table.add(
          "" + version.number(),
          version.at().toString(),
          version.by(),
          PublishedText.digest(version),
          back + PublishedText.share(version) + version.reason());
    }
    table.print(out);
  }
}
