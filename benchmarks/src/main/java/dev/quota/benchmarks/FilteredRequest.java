package dev.quota.benchmarks;

import dev.quota.servlet.QuotaFilter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An allowed request to an annotated servlet, through the filter and without it. Request and
 * response are in memory and cost almost nothing, so the difference is the cost of the filter.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"-Xms2g", "-Xmx2g"})
public class FilteredRequest {

  /** The filter before a servlet. */
  @State(Scope.Benchmark)
  public static class Application {

    final QuotaFilter filter = QuotaFilter.builder(Contenders.quotas()).build();
    final MeteredServlet servlet = new MeteredServlet();
    final FilterChain chain = servlet::service;

    /**
     * Starts the filter, as a container would.
     *
     * @throws ServletException if the annotation and the policies do not fit together
     */
    @Setup
    public void start() throws ServletException {
      filter.init(InMemoryExchange.filterConfig());
    }
  }

  /** The request and response of a thread. They are reused, as containers do. */
  @State(Scope.Thread)
  public static class Exchange {

    final InMemoryExchange exchange = new InMemoryExchange();
  }

  /**
   * Sends a request through the filter.
   *
   * @param application what is measured
   * @param exchange the request and its response
   * @param users who sends it
   * @param pick which of them
   * @return the response
   * @throws ServletException never
   * @throws IOException never
   */
  @Benchmark
  public Object withFilter(Application application, Exchange exchange, Users users, Pick pick)
      throws ServletException, IOException {
    InMemoryExchange http = exchange.exchange;
    http.start(users.ids[pick.next(users.users)]);
    application.filter.doFilter(http.request(), http.response(), application.chain);
    return http;
  }

  /**
   * Sends a request to the servlet.
   *
   * @param application what is measured
   * @param exchange the request and its response
   * @param users who sends it
   * @param pick which of them
   * @return the response
   * @throws ServletException never
   * @throws IOException never
   */
  @Benchmark
  public Object withoutFilter(Application application, Exchange exchange, Users users, Pick pick)
      throws ServletException, IOException {
    InMemoryExchange http = exchange.exchange;
    http.start(users.ids[pick.next(users.users)]);
    application.servlet.service(http.request(), http.response());
    return http;
  }
}
