package dev.quota.tool;

import dev.quota.policy.Policies;
import dev.quota.tool.diff.Difference;
import dev.quota.tool.diff.PolicyDiff;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      "With --redis, it also says how many people have used more than a smaller capacity in their"
          + " present window, on whatever plan.",
      "Ends with 0 if nothing differs, with 1 if something does, and with 2 if Redis does not"
          + " answer."
    })
final class DiffCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommandOptions options;

  @Parameters(index = "0", paramLabel = "OLD", description = "The policy file before.")
  private Path old;

  @Parameters(index = "1", paramLabel = "NEW", description = "The policy file after.")
  private Path changed;

  @Option(
      names = "--redis",
      paramLabel = "URL",
      description = "Where the counts are: redis://[user:password@]host[:port][/database].")
  private Optional<String> redis;

  @Option(
      names = "--key-prefix",
      paramLabel = "PREFIX",
      defaultValue = "q",
      description = "What all keys of the application begin with. Default: ${DEFAULT-VALUE}.")
  private String keyPrefix;

  @SuppressWarnings("NullAway") // picocli sets the fields
  DiffCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Policies before = PolicyFiles.read(old);
    Policies after = PolicyFiles.read(changed);
    List<Difference> found = PolicyDiff.between(before, after);
    List<Affected> affected =
        redis.map(url -> Affected.by(before, after, url, keyPrefix)).orElse(List.of());
    if (options.json) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("differences", found.stream().map(Difference::toJson).toList());
      if (redis.isPresent()) {
        json.put("affected", affected.stream().map(Affected::toJson).toList());
      }
      Printed.json(out, json);
    } else {
      found.forEach(out::println);
      affected.forEach(out::println);
    }
    return found.isEmpty() ? QuotaCommand.FINE : QuotaCommand.FOUND;
  }
}
