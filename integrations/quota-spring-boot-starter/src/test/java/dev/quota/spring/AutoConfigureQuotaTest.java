package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spring.test.AutoConfigureQuota;
import dev.quota.store.ManualClock;
import dev.quota.test.TestQuotas;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Import;

/** The engine of an application in a test of it. */
class AutoConfigureQuotaTest {

  @AutoConfigureQuota
  @Import(MethodsApplication.class)
  static class Tested {}

  @Test
  void theTestSaysWhatWasUsedAndMovesTheClock() {
    try (RunningApp app = RunningApp.start(Tested.class, "quota.policies=classpath:methods.yaml")) {
      app.context.getBean(TestQuotas.class).given("alice").hasUsed(2, "images");
      assertThat(app.get("/paint", "X-User", "alice").statusCode()).isEqualTo(429);
      app.context.getBean(ManualClock.class).advance(Duration.ofHours(12));
      assertThat(app.get("/paint", "X-User", "alice").statusCode()).isEqualTo(200);
    }
  }
}
