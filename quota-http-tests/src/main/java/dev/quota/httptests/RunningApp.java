package dev.quota.httptests;

import dev.quota.Quotas;
import dev.quota.http.QuotaHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** One application of one stack, with what a test can do to it. */
final class RunningApp implements AutoCloseable {

  /** Containers speak h2c too, and answer it in their own ways. */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  static final String[] ALICE = {"X-User", "alice"};

  final OutageStore store;
  final Quotas quotas;
  private final HttpApp app;
  private final RunningStack running;

  private RunningApp(HttpApp app, RunningStack running) {
    this.app = app;
    this.running = running;
    store = app.store;
    quotas = app.quotas();
  }

  static RunningApp start(HttpStack stack, HttpApp.Settings settings) throws Exception {
    HttpApp app = new HttpApp(settings);
    return new RunningApp(app, stack.start(app));
  }

  int port() {
    return running.port();
  }

  /** Returns where the component of this version is. */
  String componentPath() {
    return "/quota" + QuotaHttp.builder(quotas).build().componentPath();
  }

  void advanceSeconds(long seconds) {
    app.clock.advance(Duration.ofSeconds(seconds));
  }

  /** Asks for what is not recorded. */
  HttpResponse<byte[]> get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  /** Asks for the same several times, as alice. */
  void use(String path, int times) {
    for (int i = 0; i < times; i++) {
      get(path, "X-User", "alice");
    }
  }

  HttpResponse<byte[]> send(String method, String path, String content, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                content.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(content));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return send(request.build());
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A server closes a connection when it answers before it has read a body. */
  private static HttpResponse<byte[]> send(HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      System.getLogger(RunningApp.class.getName())
          .log(System.Logger.Level.DEBUG, "Sent again on another connection.", e);
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
  }

  @Override
  public void close() {
    try {
      running.stop().run();
    } catch (Exception e) {
      throw new IllegalStateException("the application does not stop", e);
    } finally {
      quotas.close();
    }
  }
}
