package dev.quota.demo;

import dev.quota.Quotas;
import dev.quota.servlet.QuotaFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/** The running demo: Jetty with the endpoints, the page and the quota filter in front of them. */
final class DemoServer implements AutoCloseable {

  private static final int STREAMING_THREADS = 4;

  /** How long an answer may take. The simulated model never needs as much. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /**
   * Only for the demo: an application keeps its secret out of its code. All demos on one Redis
   * share this one.
   */
  private static final byte[] CONVERSATION_SECRET =
      "for the demo alone".getBytes(StandardCharsets.UTF_8);

  private static final List<String> SCRIPTS =
      List.of(
          "demo.js",
          "chat.js",
          "drawer.js",
          "store.js",
          "texts.js",
          "plans.js",
          "complete.js",
          "loop.js");

  private final Quotas quotas;
  private final ExecutorService streaming;
  private final OpenStreams streams;
  private final Server jetty = new Server();
  private final ServerConnector connector;

  private final String host;

  private DemoServer(String host, int port, Quotas quotas, Duration timeout) {
    this.host = host;
    this.quotas = quotas;
    streaming = Executors.newFixedThreadPool(STREAMING_THREADS, DemoServer::daemon);
    streams = new OpenStreams(streaming, timeout);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setPort(port);
    connector.setHost(host);
    jetty.addConnector(connector);
    jetty.setStopAtShutdown(true);
    jetty.addEventListener(
        new LifeCycle.Listener() {
          @Override
          public void lifeCycleStopping(LifeCycle server) {
            streams.shutDown();
          }
        });
  }

  /**
   * Starts the demo; it serves requests when this returns.
   *
   * @param quotas decides about the endpoints; closed together with the demo, and also if the demo
   *     does not start
   * @param pace the time that a word of the simulated model takes
   * @throws BindException if the port is taken
   * @throws IOException if the server cannot listen for another reason
   * @throws IllegalArgumentException if an endpoint names a quota that the policies lack
   */
  static DemoServer start(int port, Quotas quotas, Duration pace) throws IOException {
    return start(DemoOptions.DEFAULT_HOST, port, quotas, Optional.empty(), pace);
  }

  /**
   * As {@link #start(int, Quotas, Duration)}.
   *
   * @param host the name or address to listen on
   * @param clock the clock that the quotas use, which the demo moves forward; empty if they do not
   *     use one
   */
  static DemoServer start(
      String host, int port, Quotas quotas, Optional<DemoClock> clock, Duration pace)
      throws IOException {
    return start(host, port, quotas, clock, pace, TIMEOUT);
  }

  /**
   * As {@link #start(String, int, Quotas, Optional, Duration)}.
   *
   * @param timeout how long an answer may take
   */
  static DemoServer start(
      String host,
      int port,
      Quotas quotas,
      Optional<DemoClock> clock,
      Duration pace,
      Duration timeout)
      throws IOException {
    DemoServer server = new DemoServer(host, port, quotas, timeout);
    try {
      server.open(new SimulatedModel(pace), clock);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Loads the classes of Jetty while another thread reads the policies. Both take about the same
   * time, so the demo starts sooner.
   */
  static void prepare() {
    Server unused = new Server();
    ServletContextHandler context = new ServletContextHandler("/");
    context.setErrorHandler(new ErrorPageErrorHandler());
    unused.addConnector(new ServerConnector(unused, new HttpConnectionFactory()));
    unused.setHandler(context);
  }

  /** Returns where the page is. */
  URI uri() {
    return URI.create(
        "http://" + DemoOptions.shownHost(host) + ":" + connector.getLocalPort() + "/");
  }

  /** Waits until the server stops. */
  void join() throws InterruptedException {
    jetty.join();
  }

  @Override
  public void close() {
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server does not stop", e);
    } finally {
      streaming.shutdownNow();
      quotas.close();
    }
  }

  private void open(SimulatedModel model, Optional<DemoClock> clock) throws IOException {
    // The port comes first, so that a taken port is found before anything else is set up.
    openPort();
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServletContainerInitializer((classes, servlets) -> register(servlets, model, clock));
    ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
    errors.setShowStacks(false);
    context.setErrorHandler(errors);
    jetty.setHandler(context);
    try {
      jetty.start();
    } catch (ServletException e) {
      // The message of the quota filter names the endpoints and policies that do not fit together.
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the server does not start", e);
    }
  }

  private void openPort() throws IOException {
    try {
      connector.open();
    } catch (IOException e) {
      // Jetty wraps the cause in its own exception.
      throw e.getCause() instanceof BindException taken ? taken : e;
    }
  }

  private void register(ServletContext servlets, SimulatedModel model, Optional<DemoClock> clock) {
    DemoPeople people = new DemoPeople();
    FilterRegistration.Dynamic strangers =
        servlets.addFilter("strangers", new StrangerFilter(host));
    strangers.setAsyncSupported(true);
    strangers.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    FilterRegistration.Dynamic names = servlets.addFilter("names", new NameFilter());
    names.setAsyncSupported(true);
    names.addMappingForUrlPatterns(
        EnumSet.of(DispatcherType.REQUEST), false, "/api/*", "/demo/*", "/quota/*", "/v1/*");

    add(servlets, new ChatServlet(model, streams), "/api/chat");
    if (quotas.policies().names().contains(LargeChatServlet.QUOTA)) {
      add(servlets, new LargeChatServlet(model, streams), "/api/chat/large");
    }
    if (quotas.policies().names().contains(ReservedAnswer.QUOTA)) {
      add(servlets, new CompleteServlet(model, streams), "/api/complete");
      add(servlets, new ChatCompletionsServlet(model, streams), "/v1/chat/completions");
      add(servlets, new MessagesServlet(model, streams), "/v1/messages");
      add(servlets, new ModelsServlet(), "/v1/models");
    }
    if (quotas.policies().names().contains(AgentServlet.QUOTA)) {
      add(servlets, new AgentServlet("/api/agent/critic"), "/api/agent/writer");
      add(servlets, new AgentServlet("/api/agent/writer"), "/api/agent/critic");
    }
    add(servlets, new PingServlet(), "/api/ping");
    add(servlets, new ImageServlet(), "/api/image");
    add(servlets, new FlakyServlet(), "/api/flaky");
    add(servlets, new OpenServlet(), "/api/open");
    add(servlets, new PlansServlet(quotas.policies(), people), "/api/plans");
    add(servlets, new SpendServlet(quotas, people, clock), "/demo/spend");
    add(servlets, new GrantServlet(quotas, people), "/demo/grant");
    add(servlets, new HealthServlet(quotas), "/health");
    addPages(servlets);
    // Last, so that it knows all servlets by name.
    QuotaFilter.install(
        servlets,
        QuotaFilter.builder(quotas)
            .subjects(people)
            .conversationSecret(CONVERSATION_SECRET)
            .build());
  }

  private static void addPages(ServletContext servlets) {
    try {
      add(servlets, new TranslatedPageServlet("index.html"), "");
      add(servlets, new TranslatedPageServlet("plans.html"), "/plans");
      add(servlets, new TranslatedPageServlet("loop.html"), "/loop");
      add(servlets, new PageServlet("demo.css", "text/css;charset=utf-8"), "/demo.css");
      add(servlets, new PageServlet("icon.svg", "image/svg+xml"), "/icon.svg");
      for (String script : SCRIPTS) {
        add(servlets, new PageServlet(script, "text/javascript;charset=utf-8"), "/" + script);
      }
      for (String language : PageLanguage.TAGS) {
        String texts = Texts.path(language);
        add(servlets, new PageServlet(texts, "application/json"), "/" + texts);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the page is not in the jar", e);
    }
  }

  private static void add(ServletContext servlets, HttpServlet servlet, String path) {
    ServletRegistration.Dynamic registration = servlets.addServlet("demo " + path, servlet);
    registration.setAsyncSupported(true);
    registration.addMapping(path);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "simulated-model");
    thread.setDaemon(true);
    return thread;
  }
}
