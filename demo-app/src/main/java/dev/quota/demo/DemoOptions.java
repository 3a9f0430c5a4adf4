package dev.quota.demo;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;

/**
 * The options of the command line. Immutable.
 *
 * @param host the name or address to listen on
 * @param port where to listen; 0 picks a free port
 * @param policies a policy file that replaces the demo's own, if given
 * @param redis the address of a Redis for the counts; without it they live in this process
 * @param nodes how many demos share that Redis
 * @param help whether to print the usage and end
 */
record DemoOptions(
    String host,
    int port,
    Optional<Path> policies,
    Optional<String> redis,
    int nodes,
    boolean help) {

  /**
   * Loopback only: other machines must not reach the endpoints that move the clock and grant units.
   */
  static final String DEFAULT_HOST = "127.0.0.1";

  static final int DEFAULT_PORT = 8080;

  static final String USAGE =
      """
      A small AI chat that shows quotas at work. The model is simulated: nothing leaves this machine.

      Usage: java -jar demo-app.jar [--host 127.0.0.1] [--port 8080]
                                    [--policies file.yaml]
                                    [--redis redis://127.0.0.1:6379 [--nodes 2]] [--help]

        --host <address>   listen on this name or address of the machine, 127.0.0.1 unless
                           given: only this machine reaches the demo; 0.0.0.0 is all of its
                           addresses, and then everybody on the network can grant units
        --port <number>    where to listen, 8080 unless given; 0 picks a free port
        --policies <file>  a policy file instead of the demo's own; it must define
                           the quotas chat, ping and image
        --redis <address>  count in this Redis, together with every demo that does so:
                           redis://[user:password@]host[:port][/database], or rediss://
                           for TLS; unless given, counts live in this process
        --nodes <number>   how many demos share the Redis, 1 unless given: while Redis is
                           away, each grants its share of the quotas that go on locally
        --help             this text

      Exit codes: 0 it ended as asked, 2 it could not start.
      """;

  private static final int MAX_PORT = 65_535;
  private static final int MAX_NODES = 9_999;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]{1,253}|[0-9a-fA-F:.]{2,45}");
  private static final String HINT = "Try --help.";

  /** Reads the command line. The exception names all mistakes at once. */
  static DemoOptions parse(List<String> args) throws CannotStartException {
    return new Parser(args).options();
  }

  /** Returns the host for an address to open. A browser cannot open a wildcard address. */
  static String shownHost(String host) {
    return switch (host) {
      case DEFAULT_HOST, "0.0.0.0", "::" -> "localhost";
      default -> host.contains(":") ? "[" + host + "]" : host;
    };
  }

  private static final class Parser {

    private final Iterator<String> rest;
    private final Set<String> seen = new HashSet<>();
    private final List<String> mistakes = new ArrayList<>();
    private String host = DEFAULT_HOST;
    private int port = DEFAULT_PORT;
    private Optional<Path> policies = Optional.empty();
    private Optional<String> redis = Optional.empty();
    private int nodes = 1;
    private boolean help;

    Parser(List<String> args) {
      rest = args.iterator();
    }

    DemoOptions options() throws CannotStartException {
      while (rest.hasNext()) {
        read(rest.next());
      }
      if (seen.contains("--nodes") && !seen.contains("--redis")) {
        mistakes.add("--nodes needs --redis: without it, demos do not know of each other.");
      }
      if (!mistakes.isEmpty() && !help) {
        mistakes.add(HINT);
        throw new CannotStartException(mistakes);
      }
      return new DemoOptions(host, port, policies, redis, nodes, help);
    }

    private void read(String arg) {
      int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
      String option = equals < 0 ? arg : arg.substring(0, equals);
      Optional<String> attached =
          equals < 0 ? Optional.empty() : Optional.of(arg.substring(equals + 1));
      switch (option) {
        case "--help", "-h" -> help = true;
        case "--host" -> value(option, attached).ifPresent(this::readHost);
        case "--port" -> number(option, attached, 0, MAX_PORT, number -> port = number);
        case "--policies" -> value(option, attached).ifPresent(this::readPolicies);
        case "--redis" -> value(option, attached).ifPresent(this::readRedis);
        case "--nodes" -> number(option, attached, 1, MAX_NODES, number -> nodes = number);
        // The text after an equals sign may be a password.
        default -> mistakes.add("Unknown option " + quoted(option) + ".");
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

    private void number(
        String option, Optional<String> attached, int least, int most, IntConsumer found) {
      value(option, attached)
          .ifPresent(
              text -> {
                int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
                if (number < least || number > most) {
                  mistakes.add(
                      option
                          + " must be a number from "
                          + least
                          + " to "
                          + most
                          + ", was "
                          + quoted(text)
                          + ".");
                } else {
                  found.accept(number);
                }
              });
    }

    private void readHost(String text) {
      if (HOST.matcher(text).matches()) {
        host = text;
      } else {
        mistakes.add("--host must be a name or an address, was " + quoted(text) + ".");
      }
    }

    private void readPolicies(String text) {
      try {
        policies = Optional.of(Path.of(text));
      } catch (InvalidPathException e) {
        mistakes.add("--policies must be a file, was " + quoted(text) + ".");
      }
    }

    /** Messages do not repeat the address, because it may contain a password. */
    private void readRedis(String text) {
      Optional<String> mistake = SharedCounts.mistakeIn(text);
      if (mistake.isEmpty()) {
        redis = Optional.of(text);
      } else {
        mistakes.add("--redis: " + mistake.get() + ".");
      }
    }

    /** Quotes an argument, without the part that may be a user and a password. */
    private static String quoted(String text) {
      return '"' + text.replaceFirst("(?s)^.*@", "…@").replaceAll("\\p{Cntrl}", "?") + '"';
    }
  }
}
