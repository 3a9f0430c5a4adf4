package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quota;
import dev.quota.Quotas;
import dev.quota.http.Endpoint;
import dev.quota.servlet.TestServlets.Answering;
import dev.quota.spi.FailingStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaClock;
import dev.quota.store.StoreHealth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A filter over a store that counts and declares nothing else. */
@Tag("once")
final class StoreNeedsTest {

  private record Table(QuotaStore counts) implements QuotaStore {

    @Override
    public StoreReply execute(StoreCommand command) {
      assertThat(command.needs()).isEmpty();
      return counts.execute(command);
    }

    @Override
    public StoreHealth health() {
      return new StoreHealth("table", true, "Counts.");
    }

    @Override
    public void close() {
      counts.close();
    }
  }

  private static Table table() {
    return new Table(new FailingStore(QuotaClock.system()));
  }

  @Quota("chat")
  private static final class Breaking extends Answering {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.sendError(503);
    }
  }

  @Quota(value = "chat", idempotent = true)
  private static final class Storing extends Answering {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void refundsOfFailedRequestsMustBeTurnedOff() {
    try (Quotas quotas =
        Quotas.builder().policies(TestServlets.policies()).store(table()).build()) {
      assertThatThrownBy(QuotaFilter.builder(quotas)::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "refundFailed must be false for the store \"table\", which does not declare the"
                  + " capability REFUNDS: requests that fail stay charged then");
    }
  }

  @Test
  void aFailedRequestStaysCharged() throws Exception {
    try (TestApp app =
        TestApp.with(TestServlets.policies())
            .engine(engine -> engine.store(table()))
            .customise(filter -> filter.refundFailed(false))
            .servlet("/broken", new Breaking())
            .start()) {
      assertThat(app.get("/broken", "X-User", "alice").status()).isEqualTo(503);
      assertThat(app.used("alice", "chat")).isEqualTo(1);
    }
  }

  @Test
  void anIdempotentEndpointIsRefusedAtTheStart() {
    assertThatThrownBy(
            () ->
                TestApp.with(TestServlets.policies())
                    .engine(engine -> engine.store(table()))
                    .customise(filter -> filter.refundFailed(false))
                    .servlet("/store", new Storing())
                    .start())
        .hasStackTraceContaining(
            Storing.class.getName()
                + ": idempotent must be false, because the store \"table\" does not declare the"
                + " capability IDEMPOTENCY");
  }

  @Test
  void anIdempotentEndpointOfAResolverIsRefusedAtItsFirstRequest() throws Exception {
    Endpoint endpoint = new Endpoint(List.of(Endpoint.Cost.usual("chat")), true);
    try (TestApp app =
        TestApp.with(TestServlets.policies())
            .engine(engine -> engine.store(table()))
            .customise(filter -> filter.refundFailed(false).endpoints(request -> endpoint))
            .servlet("/chat", new TestServlets.Chat())
            .start()) {
      assertThat(app.get("/chat", "X-User", "alice").status()).isGreaterThanOrEqualTo(500);
      assertThat(app.used("alice", "chat")).isZero();
    }
  }
}
