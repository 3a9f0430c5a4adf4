package dev.quota.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Subject;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The application over real HTTP. */
@QuarkusTest
@Tag("topology")
class ChatTest {

  @TestHTTPResource("/")
  URI root;

  private HttpResponse<String> get(String path, String user, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(path)).header("X-User", user);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static long used(String user) {
    return Metering.QUOTAS
        .states(Subject.user(user))
        .quota("chat")
        .orElseThrow()
        .primary()
        .used()
        .orElseThrow();
  }

  @Test
  void theFourthOfThreeIsRefused() throws Exception {
    for (int i = 2; i >= 0; i--) {
      HttpResponse<String> answer = get("/chat", "fourth");
      assertThat(answer.body()).isEqualTo("answer");
      assertThat(answer.headers().firstValue("RateLimit").orElseThrow()).contains("r=" + i);
    }
    HttpResponse<String> refused = get("/chat", "fourth");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(refused.body()).contains("\"code\":\"quota.exhausted.rolling\"");
    assertThat(get("/chat", "fourth", "Accept", "text/html").body()).startsWith("<!doctype html>");
    assertThat(get("/quota/state", "fourth").body()).contains("\"remaining\":0");
  }

  @Test
  void whatFailsIsRefunded() throws Exception {
    assertThat(get("/chat/fails", "fails").statusCode()).isEqualTo(500);
    assertThat(used("fails")).isZero();
    assertThat(get("/chat/refunds", "refunds").body()).isEqualTo("USER true");
    assertThat(used("refunds")).isZero();
  }

  @Test
  void asynchronousAnswersAreCharged() throws Exception {
    HttpResponse<String> answer = get("/chat/later", "later");
    assertThat(answer.body()).isEqualTo("later");
    assertThat(answer.headers().firstValue("RateLimit")).isPresent();
    assertThat(used("later")).isEqualTo(1);
  }

  @Test
  void theComponentIsServedAndOthersAreFree() throws Exception {
    assertThat(get("/quota/quota.js", "free").statusCode()).isEqualTo(200);
    assertThat(get("/chat/free", "free").body()).isEqualTo("free");
    assertThat(used("free")).isZero();
  }
}
