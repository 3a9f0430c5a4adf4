package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Traces show each decision inside of the request or call that it was made for. */
class ObservationTest {

  private static final String POLICIES = "quota.policies=classpath:methods.yaml";

  /** Collects what was observed. */
  static final class Seen implements ObservationHandler<Observation.Context> {

    final Queue<Observation.Context> decisions = new ConcurrentLinkedQueue<>();

    @Override
    public void onStop(Observation.Context context) {
      if (context.getName().equals("quota.operation")) {
        decisions.add(context);
      }
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }

    /** Returns the name of the parent of each decision. */
    List<String> parents() {
      return decisions.stream().map(Seen::parent).toList();
    }

    private static String parent(Observation.Context context) {
      ObservationView parent = context.getParentObservation();
      return parent == null ? "none" : String.valueOf(parent.getContextView().getName());
    }
  }

  @SpringBootConfiguration
  @Import(MethodsApplication.class)
  static class Servlets {
    @Bean
    Seen seen() {
      return new Seen();
    }
  }

  @SpringBootConfiguration
  @Import(FluxApplication.class)
  static class Reactive {
    @Bean
    Seen seen() {
      return new Seen();
    }
  }

  @Test
  void handlersAndMethodsOfBeansAreObservedInTheirRequest() {
    try (RunningApp app = RunningApp.start(Servlets.class, POLICIES)) {
      Seen seen = app.context.getBean(Seen.class);
      assertThat(app.get("/indexed?text=abc", "X-User", "alice-secret").statusCode())
          .isEqualTo(200);
      assertThat(app.get("/paint", "X-User", "alice-secret").statusCode()).isEqualTo(200);
      assertThat(seen.parents()).isNotEmpty().containsOnly("spring.security.http.secured.requests");
      assertThat(seen.decisions)
          .allSatisfy(it -> assertThat(it.toString()).doesNotContain("secret"))
          .anySatisfy(
              it ->
                  assertThat(it.getLowCardinalityKeyValues().toString())
                      .contains("keyValue(quota=images)", "keyValue(outcome=allowed)"));
    }
  }

  @Test
  void theContextOfReactorBringsTheRequestAlong() {
    try (RunningApp app =
        RunningApp.startReactive(Reactive.class, "quota.policies=classpath:quotas.yaml")) {
      Seen seen = app.context.getBean(Seen.class);
      assertThat(app.get("/reserve?units=5", "X-User", "bob").statusCode()).isEqualTo(200);
      assertThat(app.get("/painted", "X-User", "bob").statusCode()).isEqualTo(200);
      assertThat(seen.decisions).hasSizeGreaterThanOrEqualTo(3);
      assertThat(seen.parents()).containsOnly("spring.security.http.secured.requests");
    }
  }

  @Test
  void nothingIsObservedIfItIsTurnedOff() {
    try (RunningApp app =
        RunningApp.start(Servlets.class, POLICIES, "management.observations.enable.quota=false")) {
      assertThat(app.get("/paint", "X-User", "alice").statusCode()).isEqualTo(200);
      assertThat(app.context.getBean(Seen.class).decisions).isEmpty();
    }
  }
}
