package dev.quota.spring.test;

import java.util.function.Consumer;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.ResultMatcher;

/**
 * Assertions about answers, for MockMvc and WebTestClient. Import {@code quotaAnswer} or {@code
 * consumeQuotaAnswer}:
 *
 * <pre>{@code
 * mvc.perform(post("/chat")).andExpect(quotaAnswer(it -> it.isAllowed().hasRemaining("chat", "daily", 0)));
 * mvc.perform(post("/chat")).andExpect(quotaAnswer(it -> it.isRefused().hasCode("quota.exhausted.calendar")));
 *
 * web.post().uri("/chat").exchange().expectBody().consumeWith(consumeQuotaAnswer(it -> it.isRefused()));
 * }</pre>
 */
public final class QuotaAnswers {

  private QuotaAnswers() {}

  /**
   * Returns a matcher for MockMvc.
   *
   * @param assertions what must hold
   * @return the matcher
   */
  public static ResultMatcher quotaAnswer(Consumer<QuotaAnswerAssert> assertions) {
    return result -> assertions.accept(of(result));
  }

  private static QuotaAnswerAssert of(MvcResult result) {
    var response = result.getResponse();
    return new QuotaAnswerAssert(
        QuotaAnswer.of(
            response.getStatus(), response::getHeader, response.getContentAsByteArray()));
  }

  /**
   * Returns a consumer for {@code WebTestClient}: {@code expectBody().consumeWith(…)}.
   *
   * @param assertions what must hold
   * @return the consumer
   */
  public static Consumer<EntityExchangeResult<byte[]>> consumeQuotaAnswer(
      Consumer<QuotaAnswerAssert> assertions) {
    return result ->
        assertions.accept(
            new QuotaAnswerAssert(
                QuotaAnswer.of(
                    result.getStatus().value(),
                    name -> result.getResponseHeaders().getFirst(name),
                    result.getResponseBodyContent())));
  }
}
