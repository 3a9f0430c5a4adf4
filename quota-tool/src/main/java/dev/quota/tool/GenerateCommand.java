package dev.quota.tool;

import dev.quota.policy.Policies;
import dev.quota.tool.generate.LogGenerator;
import dev.quota.tool.generate.LogShape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a usage log. */
@Command(
    name = "generate",
    sortOptions = false,
    description = {
      "Makes a simulated usage log for the quotas and plans of a policy file, as CSV.",
      "",
      "Few people use most of it. Days, nights and weekends differ. People come in bursts, and some"
          + " are programs that never sleep. The same seed makes the same log. Nothing in it was"
          + " measured: use it to try commands, and never as evidence."
    })
final class GenerateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--policies",
      paramLabel = "FILE",
      required = true,
      description = "The policy file whose quotas and plans are used.")
  private Path policies;

  @Option(names = "--rows", defaultValue = "100000", description = "Default: ${DEFAULT-VALUE}")
  private long rows;

  @Option(names = "--people", defaultValue = "2000", description = "Default: ${DEFAULT-VALUE}")
  private int people;

  @Option(names = "--days", defaultValue = "31", description = "Default: ${DEFAULT-VALUE}")
  private int days;

  @Option(
      names = "--start",
      paramLabel = "DATE",
      defaultValue = "2026-01-01",
      description = "The first day. Default: ${DEFAULT-VALUE}")
  private LocalDate start;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--zones",
      paramLabel = "ZONE,…",
      split = ",",
      defaultValue = "Europe/Berlin,America/New_York,Asia/Tokyo",
      description = "Where people live. Default: ${DEFAULT-VALUE}")
  private List<ZoneId> zones;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  boolean help;

  @SuppressWarnings("NullAway") // picocli sets the fields
  GenerateCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      new LogGenerator(shape()).write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.flush();
    return out.checkError() ? QuotaCommand.WRONG : QuotaCommand.FINE;
  }

  private LogShape shape() {
    Policies all = PolicyFiles.read(policies);
    List<LogShape.Quota> quotas =
        all.quotas().values().stream()
            .map(quota -> new LogShape.Quota(quota.name(), quota.usualCost()))
            .toList();
    List<String> plans = List.copyOf(all.plans().keySet());
    try {
      return new LogShape(rows, people, days, start, seed, quotas, plans, zones);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
