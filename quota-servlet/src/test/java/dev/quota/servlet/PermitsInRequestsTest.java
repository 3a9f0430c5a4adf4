package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.Application;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request holds its permit for as long as it runs, whatever the collector of garbage does. */
@Timeout(60)
final class PermitsInRequestsTest {

  private static final Subject ALICE = Subject.user("alice");

  private final AtomicReference<AsyncContext> running = new AtomicReference<>();
  private final CountDownLatch began = new CountDownLatch(1);
  private TestApp app;

  @Quota("chat")
  private final class Streaming extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      // The container has nothing but this context for a while, as between two tokens of a model.
      running.set(request.startAsync());
      began.countDown();
    }
  }

  @BeforeEach
  void start() throws Exception {
    app =
        TestApp.with(
                Policies.builder()
                    .quota(QuotaPolicy.builder("chat").limit("running", "1 at once").build())
                    .quota(QuotaPolicy.builder("other").limit("running", "1 at once").build())
                    .build())
            .servlet("/stream", new Streaming())
            .start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private long held(String quota) {
    return app.quotas
        .states(ALICE, List.of(quota))
        .quotas()
        .get(0)
        .limits()
        .get(0)
        .used()
        .orElseThrow();
  }

  @Test
  void anAsynchronousRequestKeepsItsPermitUntilItsWorkIsOver() throws Exception {
    CompletableFuture<Answer> answer =
        CompletableFuture.supplyAsync(() -> app.get("/stream", "X-User", "alice"));
    began.await();

    Application.chargeAndDrop(app.quotas, ALICE, "other");
    while (held("other") > 0) {
      System.gc();
    }

    assertThat(held("chat")).as("what was dropped is released, what runs is not").isEqualTo(1);
    assertThat(app.get("/stream", "X-User", "alice").status()).isEqualTo(429);
    running.get().complete();
    assertThat(answer.get().status()).isEqualTo(200);
    while (held("chat") > 0) {
      Thread.onSpinWait();
    }
  }
}
