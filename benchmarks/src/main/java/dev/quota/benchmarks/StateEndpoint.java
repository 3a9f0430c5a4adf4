package dev.quota.benchmarks;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.servlet.QuotaFilter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * How many states a real Jetty sends per second, compared with a servlet that writes a constant
 * document of the same size with the same headers. Both are measured by turns over the same
 * connections, so that a change in the machine's speed affects both.
 */
public final class StateEndpoint {

  private static final String USER = "somebody";
  private static final int CONNECTIONS = 4;
  private static final int ROUNDS = 15;
  private static final long WARM_UP_MILLIS = 15_000;
  private static final long ROUND_MILLIS = 1_000;

  private StateEndpoint() {}

  /**
   * Measures and prints a table.
   *
   * @param args none
   * @throws Exception if the server does not start, or an answer is not what was asked for
   */
  public static void main(String[] args) throws Exception {
    System.out.println(
        "| quotas | bytes | state | constant | ratio |\n| --- | --- | --- | --- | --- |");
    for (int quotas : new int[] {1, 3}) {
      System.out.println(measure(quotas));
    }
  }

  private static String measure(int count) throws Exception {
    Quotas quotas = Quotas.builder().policies(policies(count)).build();
    for (String quota : quotas.policies().names()) {
      Object unused = quotas.charge(Subject.user(USER), quota, 42);
    }
    ConstantServlet constant = new ConstantServlet();
    Server server = new Server(0);
    ServletContextHandler context = new ServletContextHandler();
    context.addServletContainerInitializer(
        (classes, servlets) -> register(servlets, quotas, constant));
    server.setHandler(context);
    server.start();
    int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      try (HttpConnection first = new HttpConnection(port)) {
        constant.set(first.get("/quota/state"));
      }
      return row(count, constant.length(), port, threads);
    } finally {
      threads.shutdownNow();
      server.stop();
      quotas.close();
    }
  }

  private static Policies policies(int count) {
    Policies.Builder policies = Policies.builder();
    for (int i = 0; i < count; i++) {
      policies.quota(
          QuotaPolicy.builder("chat" + i)
              .limit("burst", "100 per minute")
              .limit("daily", "50 per calendar day")
              .warnAt("80%")
              .build());
    }
    return policies.build();
  }

  private static void register(ServletContext servlets, Quotas quotas, HttpServlet constant) {
    QuotaFilter.install(
        servlets, QuotaFilter.builder(quotas).subjects(request -> Subject.user(USER)).build());
    servlets.addServlet("constant", constant).addMapping("/constant");
  }

  private static String row(int quotas, int bytes, int port, ExecutorService threads)
      throws InterruptedException, ExecutionException {
    perSecond("/quota/state", WARM_UP_MILLIS, port, threads);
    perSecond("/constant", WARM_UP_MILLIS, port, threads);
    double[] states = new double[ROUNDS];
    double[] constants = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      boolean stateFirst = i % 2 == 0;
      double first =
          perSecond(stateFirst ? "/quota/state" : "/constant", ROUND_MILLIS, port, threads);
      double second =
          perSecond(stateFirst ? "/constant" : "/quota/state", ROUND_MILLIS, port, threads);
      states[i] = stateFirst ? first : second;
      constants[i] = stateFirst ? second : first;
      ratios[i] = states[i] / constants[i];
    }
    Arrays.sort(states);
    Arrays.sort(constants);
    Arrays.sort(ratios);
    int middle = ROUNDS / 2;
    return String.format(
        Locale.ROOT,
        "| %d | %d | %,.0f/s | %,.0f/s | %.2f (%.2f–%.2f) |",
        quotas,
        bytes,
        states[middle],
        constants[middle],
        ratios[middle],
        ratios[0],
        ratios[ROUNDS - 1]);
  }

  private static double perSecond(String path, long millis, int port, ExecutorService threads)
      throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    long end = start + millis * 1_000_000;
    Callable<Long> caller = () -> answers(path, port, end);
    List<Future<Long>> answers = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      answers.add(threads.submit(caller));
    }
    long sum = 0;
    for (Future<Long> each : answers) {
      sum += each.get();
    }
    return sum * 1e9 / (System.nanoTime() - start);
  }

  private static long answers(String path, int port, long end) throws IOException {
    long count = 0;
    try (HttpConnection connection = new HttpConnection(port)) {
      while (System.nanoTime() < end) {
        if (connection.get(path).length == 0) {
          throw new IOException("an empty answer from " + path);
        }
        count++;
      }
    }
    return count;
  }

  /** Writes a constant document with the headers of a state. */
  private static final class ConstantServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private volatile byte[] body = {};

    void set(byte[] document) {
      body = document;
    }

    int length() {
      return body.length;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      response.setHeader("Cache-Control", "private, no-store");
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.setContentType("application/json");
      response.setHeader("Content-Language", "en");
      response.setContentLength(body.length);
      try {
        response.getOutputStream().write(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
