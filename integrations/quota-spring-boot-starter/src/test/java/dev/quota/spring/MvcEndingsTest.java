package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each way to end leaves charged, over real HTTP. */
class MvcEndingsTest {

  private static RunningApp app;

  @BeforeAll
  static void start() {
    app = RunningApp.start(MvcEndingsApplication.class, "quota.policies=classpath:quotas.yaml");
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/plain, 200, 1",
    "/path/7, 200, 1",
    "/number?n=7, 200, 1",
    "/number?n=x, 400, 1",
    "/advice-client, 422, 1",
    "/advice-server, 503, 0",
    "/status-404, 404, 1",
    "/status-502, 502, 0",
    "/problem, 500, 0",
    "/send-error, 503, 0",
    "/task, 200, 1",
    "/task-fails, 503, 0",
    "/deferred-late, 503, 1",
    "/deferred-late-answered, 200, 1",
    "/future-client, 422, 1",
    "/future-server, 503, 0",
    "/emitter, 200, 1",
    "/emitter-fails, 503, 0",
    "/stream-throws, 500, 0",
    "/stream-503, 503, 0",
    "/second/chat, 200, 1",
    "/including?path=/plain, 200, 1",
    "/including?path=/second/chat, 200, 1",
    "/nothing-here, 404, 0",
  })
  void charges(String path, int status, long cost) {
    String user = "ends " + path;
    assertThat(app.get(path, "X-User", user).statusCode()).isEqualTo(status);
    RunningApp.await(() -> app.used(user, "chat") == cost);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/emitter-breaks", "/stream-breaks"})
  void anAnswerThatBreaksOffKeepsItsCharge(String path) {
    String user = "breaks " + path;
    try {
      assertThat(app.get(path, "X-User", user).statusCode()).isEqualTo(200);
    } catch (UncheckedIOException e) {
      assertThat(e).as("the connection was closed").isNotNull();
    }
    RunningApp.await(() -> app.quotas().openPermits() == 0);
    assertThat(app.used(user, "chat")).isEqualTo(1);
  }

  @Test
  void otherPathsAndThreadsChangeNothing() {
    try (RunningApp other =
        RunningApp.start(
            MvcEndingsApplication.class,
            "quota.policies=classpath:quotas.yaml",
            "spring.mvc.servlet.path=/api",
            "spring.main.lazy-initialization=true",
            "spring.threads.virtual.enabled=true")) {
      for (String path : new String[] {"/api/plain", "/api/emitter", "/api/future-client"}) {
        assertThat(other.get(path, "X-User", path).headers().firstValue("RateLimit")).isPresent();
        assertThat(other.used(path, "chat")).as(path).isEqualTo(1);
      }
      assertThat(other.get("/quota/state", "X-User", "/api/plain").body())
          .contains("\"remaining\":2");
    }
  }

  @Test
  void aStreamThatRunsAtTheEndOfTheApplicationEndsItsCharge() {
    MvcEndingsApplication.goOn = new CountDownLatch(1);
    RunningApp ending =
        RunningApp.start(
            MvcEndingsApplication.class,
            "quota.policies=classpath:quotas.yaml",
            "server.shutdown=graceful");
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> ending.get("/emitter", "X-User", "graceful"));
    RunningApp.await(() -> ending.used("graceful", "chat") == 1);
    CompletableFuture<Void> closed = CompletableFuture.runAsync(ending::close);
    MvcEndingsApplication.goOn.countDown();
    assertThat(answer.join().body()).isEqualTo("sentsent");
    closed.join();
  }
}
