package dev.quota.tool;

import dev.quota.policy.Policies;
import dev.quota.tool.log.LogOptions;
import dev.quota.tool.replay.HtmlReport;
import dev.quota.tool.replay.Replay;
import dev.quota.tool.replay.ReplayReport;
import dev.quota.tool.replay.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a usage log through policies. */
@Command(
    name = "replay",
    sortOptions = false,
    description = {
      "Runs a usage log through policies, and says who would have been warned and refused.",
      "",
      "The log is CSV with a header, or one JSON object in each line, also compressed by gzip. Its"
          + " columns are time, subject, plan, quota, and cost or what the call used"
          + " (input_tokens, output_tokens, model). zone, team, org and conversation are read too.",
      "",
      "Ends with 0; with --strict, it ends with 1 if a row could not be charged."
    })
final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "LOG", description = "The log, or - for standard input.")
  private String log;

  @Option(
      names = "--policies",
      paramLabel = "FILE",
      required = true,
      description = "The policy file to try.")
  private Path policies;

  @Option(
      names = "--against",
      paramLabel = "FILE",
      description = "The policy file before it, to compare with.")
  private Optional<Path> against;

  @Mixin private CommandOptions options;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Writes a page with plots, in one file that needs no network.")
  private Optional<Path> html;

  @Option(
      names = "--strict",
      description = "Ends with 1 if a row could not be charged, so that CI fails.")
  private boolean strict;

  @Option(
      names = {"-c", "--column"},
      paramLabel = "COLUMN=NAME",
      description = "What the log calls a column, such as subject=user_id. Can be repeated.")
  private Map<String, String> columns = new LinkedHashMap<>();

  @Option(
      names = "--header",
      paramLabel = "NAME,…",
      split = ",",
      description = "The columns of a CSV log that has no header.")
  private List<String> header = List.of();

  @Option(
      names = "--quota",
      paramLabel = "NAME",
      description = "The quota of rows that name none. It can be left out if there is one only.")
  private Optional<String> quota;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "The zone of times without an offset, such as Europe/Berlin.")
  private Optional<ZoneId> zone;

  @Option(
      names = "--time",
      paramLabel = "UNIT",
      defaultValue = "auto",
      description = "How numbers are read as times: auto, seconds or millis.")
  private LogOptions.TimeUnit time;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv or jsonl; by default the log itself tells.")
  private Optional<LogOptions.Format> format;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "What separates the cells of CSV, or tab; by default the header tells.")
  private Optional<String> delimiter;

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      defaultValue = "UTF-8",
      description = "The encoding of the log. Default: ${DEFAULT-VALUE}")
  private Charset encoding;

  @Option(
      names = "--sort-window",
      paramLabel = "ROWS",
      defaultValue = "250000",
      description =
          "How many rows a row may be too late and still be put in its place."
              + " Default: ${DEFAULT-VALUE}")
  private int sortWindow;

  @Option(
      names = "--bad-rows",
      paramLabel = "ROWS",
      defaultValue = "20",
      description = "How many bad rows are shown. Default: ${DEFAULT-VALUE}")
  private int badRows;

  @SuppressWarnings("NullAway") // picocli sets the fields
  ReplayCommand() {}

  @Override
  public Integer call() {
    LogOptions how = logOptions();
    Policies now = PolicyFiles.read(policies);
    Optional<Policies> before = against.map(PolicyFiles::read);
    Progress progress = Progress.ofFile(spec.commandLine().getErr(), log);
    ReplayReport report = Replay.run(log, now, before, how, progress);
    progress.end();
    PrintWriter out = spec.commandLine().getOut();
    if (options.json) {
      Printed.json(out, report.toJson());
    } else {
      TextReport.print(report, out);
    }
    html.ifPresent(file -> write(file, HtmlReport.of(report)));
    return strict && report.badRows().count() > 0 ? QuotaCommand.FOUND : QuotaCommand.FINE;
  }

  private static void write(Path file, String page) {
    try {
      Files.writeString(file, page);
    } catch (IOException e) {
      throw new UnreadableException(file + ": the page cannot be written: " + e.getMessage(), e);
    }
  }

  private LogOptions logOptions() {
    require(sortWindow >= 1, "--sort-window must be at least 1, was " + sortWindow);
    require(badRows >= 0, "--bad-rows must not be negative, was " + badRows);
    return new LogOptions(
        format,
        delimiter.map(this::character),
        encoding,
        zone,
        time,
        columns,
        header,
        quota,
        sortWindow,
        badRows);
  }

  private char character(String text) {
    String one = "tab".equals(text) || "\\t".equals(text) ? "\t" : text;
    require(
        one.length() == 1 && one.charAt(0) != '"' && one.charAt(0) != '\n' && one.charAt(0) != '\r',
        "--delimiter must be one character, or tab, was " + text);
    return one.charAt(0);
  }

  private void require(boolean condition, String problem) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), problem);
    }
  }
}
