package example.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.FakeProvider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ConfigurableApplicationContext;

/** The application on a real provider's protocol, with a provider that counts what it bills. */
class AssistantApplicationTest {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final FakeProvider provider = new FakeProvider();
  private final ConfigurableApplicationContext app =
      SpringApplication.run(
          AssistantApplication.class,
          "--server.port=0",
          "--server.address=127.0.0.1",
          "--spring.ai.openai.base-url=" + provider.url() + "/v1");

  @AfterEach
  void close() {
    app.close();
    provider.close();
  }

  private HttpResponse<String> ask(String path, String person, String question) throws Exception {
    String port = app.getEnvironment().getRequiredProperty("local.server.port");
    byte[] login = (person + ":secret").getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private long used(String person) {
    return app.getBean(Quotas.class)
        .states(Subject.user(person))
        .quota("tokens")
        .orElseThrow()
        .primary()
        .used()
        .orElseThrow();
  }

  private long billed(String person) {
    return provider.billed(person).input() + provider.billed(person).output();
  }

  @Test
  void answersAreChargedAndRefusedAsProblems() throws Exception {
    assertThat(SpringBootVersion.getVersion()).startsWith("4.");
    assertThat(ask("/ask", "alice", "fake{out=60 who=alice}").body()).startsWith("word");
    assertThat(used("alice")).isEqualTo(billed("alice")).isPositive();
    assertThat(ask("/stream", "alice", "fake{out=50 who=alice}").body()).contains("data:word");
    assertThat(used("alice")).isEqualTo(billed("alice"));
    assertThat(ask("/ask", "alice", "fake{out=70 who=alice}").statusCode()).isEqualTo(200);
    int requests = provider.requests();
    HttpResponse<String> refused = ask("/ask", "alice", "fake{out=60 who=alice}");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(refused.body()).contains("quota.not_enough", "\"error\"", "\"message\"");
    assertThat(provider.requests()).isEqualTo(requests);
    assertThat(ask("/ask", "bob", "fake{out=6 who=bob}").statusCode()).isEqualTo(200);
    assertThat(used("bob")).isEqualTo(billed("bob"));
  }
}
