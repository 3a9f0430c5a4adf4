package dev.quota.servlet;

import dev.quota.Quotas;
import dev.quota.QuotasBuilder;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.spi.FailingStore;
import dev.quota.store.QuotaClock;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.annotation.MultipartConfig;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A small application in the real {@link Container} that the build chose. The header {@code X-User}
 * names the user, {@code X-Plan} and {@code X-Zone} what the application knows of them; without it
 * the subject is the address.
 */
final class TestApp implements AutoCloseable {

  static final Instant START = Instant.parse("2026-11-23T14:59:30Z");

  final AtomicLong nowMillis = new AtomicLong(START.toEpochMilli());
  final QuotaClock clock =
      new QuotaClock() {
        @Override
        public long millis() {
          return nowMillis.get();
        }

        @Override
        public long elapsedMillis() {
          return nowMillis.get();
        }
      };
  final FailingStore store = new FailingStore(clock);
  final Quotas quotas;
  private final Container container = Container.chosen();
  private final int port;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  static Builder with(Policies policies) {
    return new Builder(policies);
  }

  private TestApp(Builder builder) throws Exception {
    QuotasBuilder engine = Quotas.builder().policies(builder.policies).clock(clock);
    quotas = builder.engine.apply(engine.store(store)).build();
    QuotaFilter filter =
        builder.customise.apply(QuotaFilter.builder(quotas).subjects(TestApp::subject)).build();
    builder.installed.accept(filter);
    port =
        container.start(
            (annotated, context) -> {
              register(builder, context);
              QuotaFilter.install(context, filter);
              addFilters(builder.filtersBehind, context);
            },
            builder.errorPages);
  }

  private static void register(Builder builder, ServletContext context) {
    builder.servlets.forEach(
        (path, servlet) -> {
          ServletRegistration.Dynamic added = context.addServlet("servlet " + path, servlet);
          added.setAsyncSupported(true);
          added.addMapping(path);
          MultipartConfig parts = servlet.getClass().getAnnotation(MultipartConfig.class);
          if (parts != null) {
            added.setMultipartConfig(new MultipartConfigElement(parts));
          }
        });
    addFilters(builder.filters, context);
  }

  private static void addFilters(Map<String, Filter> filters, ServletContext context) {
    filters.forEach(
        (path, filter) -> {
          FilterRegistration.Dynamic added = context.addFilter("filter " + path, filter);
          added.setAsyncSupported(true);
          added.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, path);
        });
  }

  static Subject subject(HttpServletRequest request) {
    String user = request.getHeader("X-User");
    if (user == null) {
      return SubjectResolver.principalOrAddress().resolve(request);
    }
    Subject.Builder subject = Subject.builder(Subject.Kind.USER, user);
    if (request.getHeader("X-Plan") != null) {
      subject.plan(request.getHeader("X-Plan"));
    }
    if (request.getHeader("X-Zone") != null) {
      subject.zone(ZoneId.of(request.getHeader("X-Zone")));
    }
    return subject.build();
  }

  int port() {
    return port;
  }

  void advanceMillis(long millis) {
    nowMillis.addAndGet(millis);
  }

  Answer get(String path, String... headers) {
    return send("GET", path, headers);
  }

  Answer send(String method, String path, String... headers) {
    return send(method, path, HttpRequest.BodyPublishers.noBody(), headers);
  }

  Answer send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return Answer.of(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends a request line as it is, which an HTTP client would tidy up first. */
  String raw(String requestLine, String... headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      StringBuilder request = new StringBuilder(requestLine).append("\r\nHost: app\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      request.append("Connection: close\r\n\r\n");
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Returns how much of a quota's meter a user has used, as the engine counts it exactly. */
  long used(String user, String quota) {
    return quotas
        .states(Subject.user(user))
        .quota(quota)
        .orElseThrow()
        .primary()
        .used()
        .orElseThrow();
  }

  @Override
  public void close() {
    try {
      container.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server does not stop", e);
    }
    quotas.close();
  }

  /** Collects an application. */
  static final class Builder {

    private final Policies policies;
    private final Map<String, HttpServlet> servlets = new LinkedHashMap<>();
    private final Map<String, Filter> filters = new LinkedHashMap<>();
    private final Map<String, Filter> filtersBehind = new LinkedHashMap<>();
    private final Map<Integer, String> errorPages = new LinkedHashMap<>();
    private UnaryOperator<QuotaFilterBuilder> customise = UnaryOperator.identity();
    private UnaryOperator<QuotasBuilder> engine = UnaryOperator.identity();
    private Consumer<QuotaFilter> installed = filter -> {};

    private Builder(Policies policies) {
      this.policies = policies;
    }

    Builder servlet(String path, HttpServlet servlet) {
      servlets.put(path, servlet);
      return this;
    }

    /** Adds a filter that was registered after ours. */
    Builder filterBehind(String path, Filter filter) {
      filtersBehind.put(path, filter);
      return this;
    }

    Builder filter(String path, Filter filter) {
      filters.put(path, filter);
      return this;
    }

    Builder errorPage(int status, String path) {
      errorPages.put(status, path);
      return this;
    }

    Builder customise(UnaryOperator<QuotaFilterBuilder> change) {
      customise = change;
      return this;
    }

    Builder engine(UnaryOperator<QuotasBuilder> change) {
      engine = change;
      return this;
    }

    Builder installed(Consumer<QuotaFilter> listener) {
      installed = listener;
      return this;
    }

    TestApp start() throws Exception {
      return new TestApp(this);
    }
  }
}
