package dev.quota.demo;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param port where to listen; 0 picks a free port
 * @param policies a policy file that replaces the demo's own, if given
 * @param help whether to print the usage and end
 */
record DemoOptions(int port, Optional<Path> policies, boolean help) {

  static final int DEFAULT_PORT = 8080;

  static final String USAGE =
      """
      A small AI chat that shows quotas at work. The model is simulated: nothing leaves this machine.

      Usage: java -jar demo-app.jar [--port 8080] [--policies file.yaml] [--help]

        --port <number>    where to listen, 8080 unless given; 0 picks a free port
        --policies <file>  a policy file instead of the demo's own; it must define
                           the quotas chat, ping and image
        --help             this text

      Exit codes: 0 it ended as asked, 2 it could not start.
      """;

  private static final int MAX_PORT = 65_535;
  private static final String HINT = "Try --help.";

  /** Reads the command line; every mistake in it is named at once. */
  static DemoOptions parse(List<String> args) throws CannotStartException {
    return new Parser(args).options();
  }

  private static final class Parser {

    private final Iterator<String> rest;
    private final Set<String> seen = new HashSet<>();
    private final List<String> mistakes = new ArrayList<>();
    private int port = DEFAULT_PORT;
    private Optional<Path> policies = Optional.empty();
    private boolean help;

    Parser(List<String> args) {
      rest = args.iterator();
    }

    DemoOptions options() throws CannotStartException {
      while (rest.hasNext()) {
        read(rest.next());
      }
      if (!mistakes.isEmpty() && !help) {
        mistakes.add(HINT);
        throw new CannotStartException(mistakes);
      }
      return new DemoOptions(port, policies, help);
    }

    private void read(String arg) {
      int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
      String option = equals < 0 ? arg : arg.substring(0, equals);
      Optional<String> attached =
          equals < 0 ? Optional.empty() : Optional.of(arg.substring(equals + 1));
      switch (option) {
        case "--help", "-h" -> help = true;
        case "--port" -> value(option, attached).ifPresent(this::readPort);
        case "--policies" -> value(option, attached).ifPresent(this::readPolicies);
        default -> mistakes.add("Unknown option " + quoted(arg) + ".");
      }
    }

    private Optional<String> value(String option, Optional<String> attached) {
      if (!seen.add(option)) {
        mistakes.add(option + " is given twice.");
      }
      Optional<String> value =
          attached.isPresent() || !rest.hasNext() ? attached : Optional.of(rest.next());
      if (value.isEmpty() || value.get().isEmpty()) {
        mistakes.add(option + " needs a value.");
        return Optional.empty();
      }
      return value;
    }

    private void readPort(String text) {
      int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
      if (number < 0 || number > MAX_PORT) {
        mistakes.add(
            "--port must be a number from 0 to " + MAX_PORT + ", was " + quoted(text) + ".");
        return;
      }
      port = number;
    }

    private void readPolicies(String text) {
      try {
        policies = Optional.of(Path.of(text));
      } catch (InvalidPathException e) {
        mistakes.add("--policies must be a file, was " + quoted(text) + ".");
      }
    }

    private static String quoted(String text) {
      return '"' + text.replaceAll("\\p{Cntrl}", "?") + '"';
    }
  }
}
