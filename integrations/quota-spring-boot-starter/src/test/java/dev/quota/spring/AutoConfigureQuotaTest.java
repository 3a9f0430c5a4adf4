package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.servlet.QuotaExchange;
import dev.quota.servlet.QuotaFilter;
import dev.quota.spring.test.AutoConfigureQuota;
import dev.quota.store.ManualClock;
import dev.quota.test.TestQuotas;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

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

  /** As {@code @WebMvcTest} starts it: without the other configurations of Boot. */
  @AutoConfigureQuota
  @Configuration(proxyBeanMethods = false)
  @EnableWebMvc
  @Import(Slice.ChatController.class)
  static class Slice {

    @RestController
    static class ChatController {
      @Quota("chat")
      @GetMapping("/chat")
      String chat(QuotaExchange exchange) {
        return exchange.subject().kind().name();
      }
    }
  }

  @Test
  void aSliceIsMeteredInMemory() throws Exception {
    try (AnnotationConfigWebApplicationContext context =
        new AnnotationConfigWebApplicationContext()) {
      Map<String, Object> properties =
          Map.of(
              "quota.policies", "classpath:quotas.yaml", "quota.redis.url", "redis://127.0.0.1:1");
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("slice", properties));
      context.setServletContext(new MockServletContext());
      context.register(Slice.class);
      context.refresh();
      MockMvc mvc =
          MockMvcBuilders.webAppContextSetup(context)
              .addFilters(context.getBean(QuotaFilter.class))
              .build();
      for (int i = 0; i < 3; i++) {
        assertThat(answer(mvc).getContentAsString()).isEqualTo("ADDRESS");
      }
      assertThat(answer(mvc).getStatus()).isEqualTo(429);
    }
  }

  private static MockHttpServletResponse answer(MockMvc mvc) throws Exception {
    return mvc.perform(context -> new MockHttpServletRequest(context, "GET", "/chat"))
        .andReturn()
        .getResponse();
  }
}
