package dev.quota.jaxrs;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.PolicyFile;
import jakarta.ws.rs.core.Application;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;

/** A real application on Jetty, in the implementation of Jakarta REST that the build chose. */
final class RunningApp implements AutoCloseable {

  /** What the next application has; implementations create it by its class name. */
  private static Set<Class<?>> nextClasses = Set.of();

  private static QuotaFeature nextFeature;

  /** Created by the implementation, as an application of its own would be. */
  public static final class App extends Application {

    private final Set<Class<?>> classes = nextClasses;
    private final Set<Object> singletons = nextFeature == null ? Set.of() : Set.of(nextFeature);

    @Override
    public Set<Class<?>> getClasses() {
      return classes;
    }

    @Override
    @SuppressWarnings("deprecation") // the one way to register an instance that both know
    public Set<Object> getSingletons() {
      return singletons;
    }
  }

  final Quotas quotas;
  private final Server server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningApp(Quotas quotas, QuotaFeature feature, List<Class<?>> classes) {
    this(quotas, feature, classes, "/app", "/api");
  }

  private RunningApp(
      Quotas quotas,
      QuotaFeature feature,
      List<Class<?>> classes,
      String contextPath,
      String servletPath) {
    this.quotas = quotas;
    prepare(feature, classes);
    server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ServletContextHandler context = new ServletContextHandler(contextPath);
    context.addServlet(dispatcher(servletPath), servletPath + "/*");
    server.setHandler(context);
    try {
      server.start();
    } catch (Exception e) {
      close();
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static void prepare(QuotaFeature feature, List<Class<?>> classes) {
    nextClasses = new LinkedHashSet<>(classes);
    nextFeature = feature;
  }

  static boolean isJersey() {
    return !"resteasy".equals(System.getProperty("quota.rest"));
  }

  private static ServletHolder dispatcher(String servletPath) {
    ServletHolder servlet = new ServletHolder("rest", (jakarta.servlet.Servlet) null);
    servlet.setClassName(
        isJersey()
            ? "org.glassfish.jersey.servlet.ServletContainer"
            : "org.jboss.resteasy.plugins.server.servlet.HttpServlet30Dispatcher");
    servlet.setInitParameter("jakarta.ws.rs.Application", App.class.getName());
    servlet.setInitParameter("resteasy.servlet.mapping.prefix", servletPath);
    servlet.setAsyncSupported(true);
    servlet.setInitOrder(1);
    return servlet;
  }

  static Quotas quotas() {
    return Quotas.builder()
        .policies(
            PolicyFile.read("quotas.yaml", RunningApp.class.getResourceAsStream("/quotas.yaml")))
        .build();
  }

  static RunningApp start(Class<?>... classes) {
    return start(UnaryOperator.identity(), classes);
  }

  static RunningApp startAtRoot(Quotas quotas, QuotaFeature feature, Class<?>... classes) {
    return new RunningApp(quotas, feature, List.of(classes), "/", "");
  }

  /** Starts an application that has forgotten the feature. */
  static RunningApp startWithoutFeature(Class<?>... classes) {
    return new RunningApp(quotas(), null, List.of(classes));
  }

  static RunningApp start(UnaryOperator<QuotaFeatureBuilder> change, Class<?>... classes) {
    Quotas quotas = quotas();
    return new RunningApp(
        quotas, change.apply(QuotaFeature.builder(quotas)).build(), List.of(classes));
  }

  int port() {
    return server.getURI().getPort();
  }

  long used(String user, String quota) {
    return quotas
        .states(Subject.user(user))
        .quota(quota)
        .orElseThrow()
        .primary()
        .used()
        .orElseThrow();
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  HttpResponse<String> post(String path, String... headers) {
    return send("POST", path, headers);
  }

  HttpResponse<String> send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/app/api" + path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method,
                method.equals("POST")
                    ? HttpRequest.BodyPublishers.ofString("hello")
                    : HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends a request, reads the first bytes of its answer, and leaves. */
  void leaveWhileReading(String path, String user) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      String request =
          "GET /app/api" + path + " HTTP/1.1\r\nHost: app\r\nX-User: " + user + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      byte[] begun = socket.getInputStream().readNBytes(20);
      socket.setSoLinger(true, 0);
      if (!new String(begun, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 200")) {
        throw new IllegalStateException(new String(begun, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for what follows an answer. */
  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("it did not happen within 20 seconds");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server does not stop", e);
    }
    quotas.close();
  }
}
