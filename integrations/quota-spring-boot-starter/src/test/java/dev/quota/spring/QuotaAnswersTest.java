package dev.quota.spring;

import static dev.quota.spring.test.QuotaAnswers.consumeQuotaAnswer;
import static dev.quota.spring.test.QuotaAnswers.quotaAnswer;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import dev.quota.Level;
import dev.quota.servlet.QuotaFilter;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

/** What tests of applications assert about answers. */
class QuotaAnswersTest {

  @Test
  void mockMvcAssertsWhatAnswersSay() throws Exception {
    try (RunningApp app =
        RunningApp.start(ChatApplication.class, "quota.policies=classpath:quotas.yaml")) {
      MockMvc mvc =
          MockMvcBuilders.webAppContextSetup((WebApplicationContext) app.context)
              .addFilters(app.context.getBean(QuotaFilter.class))
              .build();
      SecurityContextHolder.getContext()
          .setAuthentication(new TestingAuthenticationToken("mock", "", "ROLE_USER"));
      mvc.perform(get("/chat"))
          .andExpect(
              quotaAnswer(
                  it ->
                      it.isAllowed().hasRemaining("chat", "daily", 2).hasLevel("chat", Level.OK)));
      mvc.perform(get("/chat"));
      mvc.perform(get("/chat"));
      mvc.perform(get("/chat"))
          .andExpect(quotaAnswer(it -> it.isRefused().hasRemaining("chat", "daily", 0)))
          .andExpect(
              result ->
                  assertThatThrownBy(() -> quotaAnswer(it -> it.isAllowed()).match(result))
                      .isInstanceOf(AssertionError.class)
                      .hasMessageContaining(
                          "Expected the request to be allowed, but it is: status 429"));
      mvc.perform(get("/free"))
          .andExpect(
              result ->
                  assertThatThrownBy(() -> quotaAnswer(it -> it.isAllowed()).match(result))
                      .hasMessageContaining("the answer has no Quota-Level"))
          .andExpect(
              result ->
                  assertThatThrownBy(() -> quotaAnswer(it -> it.isRefused()).match(result))
                      .hasMessageContaining("Expected a quota to refuse the request"));
    } finally {
      SecurityContextHolder.clearContext();
    }
  }

  @Test
  void webTestClientAssertsTheSame() {
    try (RunningApp app =
        RunningApp.startReactive(FluxApplication.class, "quota.policies=classpath:quotas.yaml")) {
      WebTestClient web =
          WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + app.port() + "/app").build();
      for (int left = 2; left >= 0; left--) {
        long units = left;
        web.get()
            .uri("/chat")
            .header("X-User", "tested")
            .exchange()
            .expectBody()
            .consumeWith(
                consumeQuotaAnswer(it -> it.isAllowed().hasRemaining("chat", "daily", units)));
      }
      web.get()
          .uri("/chat")
          .header("X-User", "tested")
          .exchange()
          .expectBody()
          .consumeWith(consumeQuotaAnswer(it -> it.isRefused()));
    }
  }
}
