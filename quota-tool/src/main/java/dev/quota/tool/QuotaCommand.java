package dev.quota.tool;

import dev.quota.store.QuotaStoreException;
import dev.quota.tool.log.LogException;
import dev.quota.tool.replay.ReplayException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code quota}. */
@Command(
    name = "quota",
    description = "Checks, compares, tests, tries and publishes policy files.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CheckCommand.class,
      DiffCommand.class,
      TestCommand.class,
      ReplayCommand.class,
      PublishCommand.class,
      HistoryCommand.class,
      RollbackCommand.class,
      InventoryCommand.class,
      DigestCommand.class,
      GenerateCommand.class,
      CommandLine.HelpCommand.class
    },
    versionProvider = QuotaCommand.Version.class,
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  everything is fine",
      "  1  the command found something, such as a mistake or a difference",
      "  2  wrong use, or input or a Redis that cannot be read"
    })
public final class QuotaCommand implements Runnable {

  static final int FINE = 0;
  static final int FOUND = 1;
  static final int WRONG = 2;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields
  QuotaCommand() {}

  /**
   * Runs a command, and ends the process with its exit code.
   *
   * @param arguments the command, its options and its files
   */
  public static void main(String... arguments) {
    // Redisson logs by SLF4J, which complains where nobody listens.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    PrintWriter out = writer(System.out);
    PrintWriter err = writer(System.err);
    int code = run(out, err, arguments);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Output is UTF-8 on every machine, because of JSON and of arrows in texts. */
  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(
        new PrintStream(stream, false, StandardCharsets.UTF_8), true, StandardCharsets.UTF_8);
  }

  /** Runs a command, and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    quieten();
    return OptionValues.readBy(new CommandLine(new QuotaCommand()))
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler(QuotaCommand::failed)
        .setExitCodeExceptionMapper(e -> WRONG)
        .execute(arguments);
  }

  /**
   * Turns off the warnings of the engine, because {@code check} and {@code inventory} report those
   * about policies.
   */
  private static void quieten() {
    Logger root = LogManager.getLogManager().getLogger("");
    if (root != null) {
      root.setLevel(Level.SEVERE);
    }
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult ignored)
      throws Exception {
    if (e instanceof LogException
        || e instanceof ReplayException
        || e instanceof QuotaStoreException
        || e instanceof UnreadableException) {
      command.getErr().println(e.getMessage());
      return WRONG;
    }
    throw e;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command.");
  }

  /** Reads the version from the jar. */
  static final class Version implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = QuotaCommand.class.getPackage().getImplementationVersion();
      return new String[] {"quota " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
