package dev.quota.demo;

import dev.quota.Quotas;
import dev.quota.QuotasBuilder;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import dev.quota.store.QuotaClock;
import dev.quota.store.StoreHealth;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The command line of the demo. */
final class DemoApp {

  /** The exit code of a run that ended as asked. */
  static final int OK = 0;

  /** The exit code of a run that could not start. */
  static final int CANNOT_START = 2;

  private static final System.Logger LOG = System.getLogger(DemoApp.class.getName());
  private static final String OWN_POLICIES = "quotas.yaml";
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  private DemoApp() {}

  /**
   * Runs the demo until the process is asked to end.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    if (System.getProperty(LOG_FORMAT) == null) {
      // One line for each record, without stack traces: the messages of the library are enough.
      System.setProperty(LOG_FORMAT, "%1$tT %4$s %5$s%n");
    }
    int code = run(args, System.out, System.err);
    if (code != OK) {
      System.exit(code);
    }
  }

  /** Runs the demo until its thread is interrupted or its server stops; returns the exit code. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    try {
      DemoOptions options = DemoOptions.parse(List.of(args));
      if (options.help()) {
        out.print(DemoOptions.USAGE);
        return OK;
      }
      serve(options, out);
      return OK;
    } catch (CannotStartException e) {
      e.reasons().forEach(err::println);
      err.flush();
      return CANNOT_START;
    }
  }

  private static void serve(DemoOptions options, PrintStream out) throws CannotStartException {
    Thread preparing = new Thread(DemoServer::prepare, "prepare-jetty");
    preparing.setDaemon(true);
    preparing.start();
    Policies policies = policies(options.policies());
    DemoClock clock = new DemoClock(QuotaClock.system());
    Quotas quotas = quotas(options, policies, clock);
    try (DemoServer server = start(options, quotas, clock)) {
      out.println("The Quota demo is ready: " + server.uri());
      options.redis().ifPresent(redis -> out.println(whereCountsLive(quotas.health())));
      out.println("Ctrl+C ends it.");
      out.flush();
      awaitTheEnd(server);
    }
  }

  private static void awaitTheEnd(DemoServer server) {
    try {
      server.join();
    } catch (InterruptedException e) {
      // An interrupt asks for the end. The interrupt flag is not set again, because the server
      // needs it cleared to stop in order.
      LOG.log(System.Logger.Level.DEBUG, "Interrupted, and so the demo ends.", e);
    }
  }

  /** Only the line with {@code store} is needed to share counts between nodes. */
  private static Quotas quotas(DemoOptions options, Policies policies, DemoClock clock) {
    QuotasBuilder builder = Quotas.builder().policies(policies).nodes(options.nodes()).clock(clock);
    options.redis().ifPresent(address -> builder.store(SharedCounts.connect(address)));
    return builder.build();
  }

  private static String whereCountsLive(StoreHealth health) {
    return health.available()
        ? "Counts live in Redis, shared with every demo that uses the same one."
        : "Redis does not count yet. "
            + health.detail()
            + " Until it does, each quota does what its on-store-failure says.";
  }

  private static DemoServer start(DemoOptions options, Quotas quotas, DemoClock clock)
      throws CannotStartException {
    // Redis counts by its own clock, which the demo cannot move.
    Optional<DemoClock> movable =
        options.redis().isPresent() ? Optional.empty() : Optional.of(clock);
    try {
      return DemoServer.start(options.host(), options.port(), quotas, movable, SimulatedModel.PACE);
    } catch (BindException e) {
      if (!options.host().equals(DemoOptions.DEFAULT_HOST)) {
        throw new CannotStartException(
            "The server cannot listen on port "
                + options.port()
                + " of --host "
                + options.host()
                + ": it is taken, or the address is not this machine's.");
      }
      throw new CannotStartException(
          "Port " + options.port() + " is taken. Choose another: --port 0 picks a free one.");
    } catch (IOException e) {
      throw new CannotStartException("The server cannot listen: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new CannotStartException(
          List.of("The policies do not fit the demo:", "  " + e.getMessage()));
    }
  }

  private static Policies policies(Optional<Path> file) throws CannotStartException {
    try {
      return file.map(PolicyFile::read).orElseGet(DemoApp::ownPolicies);
    } catch (PolicyException e) {
      throw new CannotStartException(e.mistakes().stream().map(Object::toString).toList());
    }
  }

  static Policies ownPolicies() {
    try (InputStream in =
        Objects.requireNonNull(DemoApp.class.getResourceAsStream(OWN_POLICIES), OWN_POLICIES)) {
      return PolicyFile.read(OWN_POLICIES, in);
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's own policies cannot be read", e);
    }
  }
}
