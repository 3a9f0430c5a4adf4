package dev.quota.tool;

import dev.quota.tool.diff.Difference;
import dev.quota.tool.diff.PolicyDiff;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the differences between two policy files in words. */
@Command(
    name = "diff",
    description = {
      "Says in words what differs between two policy files.",
      "",
      "A line is such as: chat.daily on free: 50 → 40",
      "Comments, order of keys and ways to write the same make no difference.",
      "Ends with 0 if nothing differs, and with 1 if something does."
    })
final class DiffCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommandOptions options;

  @Parameters(index = "0", paramLabel = "OLD", description = "The policy file before.")
  private Path old;

  @Parameters(index = "1", paramLabel = "NEW", description = "The policy file after.")
  private Path changed;

  @SuppressWarnings("NullAway") // picocli sets the fields
  DiffCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Difference> found = PolicyDiff.between(PolicyFiles.read(old), PolicyFiles.read(changed));
    if (options.json) {
      Printed.json(out, Map.of("differences", found.stream().map(Difference::toJson).toList()));
    } else {
      found.forEach(out::println);
    }
    return found.isEmpty() ? QuotaCommand.FINE : QuotaCommand.FOUND;
  }
}
