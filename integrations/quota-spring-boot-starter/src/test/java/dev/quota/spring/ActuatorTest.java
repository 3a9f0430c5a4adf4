package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.micrometer.TimedQuotaStore;
import dev.quota.spi.QuotaStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** What operators see of quotas in Actuator and Micrometer. */
class ActuatorTest {

  private static final String POLICIES = "quota.policies=classpath:methods.yaml";
  private static final String EXPOSED = "management.endpoints.web.exposure.include=*";
  private static final String DETAILS = "management.endpoint.health.show-details=always";

  @Test
  void endpointsHealthAndMetersTellOfNobody() {
    try (RunningApp app = RunningApp.start(MethodsApplication.class, POLICIES, EXPOSED, DETAILS)) {
      assertThat(app.get("/paint", "X-User", "alice-secret").statusCode()).isEqualTo(200);
      HttpResponse<String> quota = app.get("/actuator/quota");
      assertThat(quota.statusCode()).isEqualTo(200);
      assertThat(quota.body())
          .contains(
              "\"tokens\":[\"daily\"]",
              "\"plans\":[\"free\",\"pro\"]",
              "AskController.ask\":[{\"quota\":\"tokens\",\"cost\":\"#request.options.maxTokens\"}]",
              "Painter.paint\":[{\"quota\":\"images\",\"cost\":\"usual\"}]",
              "\"available\":true",
              "\"rollout\":null,\"overdue\":[],\"shadow\":[]")
          .doesNotContain("alice-secret");
      HttpResponse<String> health = app.get("/actuator/health");
      assertThat(health.body())
          .contains("\"quota\":{", "\"store\":\"in process\"", "\"policies\":\"Policies ");
      MeterRegistry meters = app.context.getBean(MeterRegistry.class);
      assertThat(
              meters
                  .get("quota.decisions")
                  .tags("quota", "images", "outcome", "allowed")
                  .counter()
                  .count())
          .isEqualTo(1);
      assertThat(meters.get("quota.store.available").gauge().value()).isEqualTo(1);
      assertThat(meters.getMeters())
          .allSatisfy(it -> assertThat(it.getId().getTags().toString()).doesNotContain("alice"));
    }
  }

  @Test
  void aStoreThatIsAwayTakesTheApplicationAlongOnlyIfAsked() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0)) {
      nobody = free.getLocalPort();
    }
    String redis = "quota.redis.url=redis://127.0.0.1:" + nobody;
    try (RunningApp app =
        RunningApp.start(MethodsApplication.class, POLICIES, EXPOSED, DETAILS, redis)) {
      HttpResponse<String> health = app.get("/actuator/health");
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.body()).contains("\"status\":\"DEGRADED\"");
      assertThat(app.context.getBean(QuotaStore.class)).isInstanceOf(TimedQuotaStore.class);
    }
    try (RunningApp app =
        RunningApp.start(
            MethodsApplication.class,
            POLICIES,
            EXPOSED,
            DETAILS,
            redis,
            "quota.health.down-without-store=true")) {
      assertThat(app.get("/actuator/health").statusCode()).isEqualTo(503);
    }
  }
}
