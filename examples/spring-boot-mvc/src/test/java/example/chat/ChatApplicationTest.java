package example.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import redis.embedded.RedisServer;

/** Two nodes that share a Redis. */
class ChatApplicationTest {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static ConfigurableApplicationContext start(int redis) {
    return SpringApplication.run(
        ChatApplication.class,
        "--server.port=0",
        "--server.address=127.0.0.1",
        "--quota.redis.url=redis://127.0.0.1:" + redis);
  }

  private HttpResponse<String> ask(ConfigurableApplicationContext node, String person)
      throws Exception {
    String port = node.getEnvironment().getRequiredProperty("local.server.port");
    byte[] login = (person + ":secret").getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/chat"))
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login))
            .POST(HttpRequest.BodyPublishers.ofString("Why?"))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void nodesCountTogether() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    RedisServer redis = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
    redis.start();
    try (ConfigurableApplicationContext one = start(port);
        ConfigurableApplicationContext other = start(port)) {
      assertThat(ask(one, "alice").body()).isEqualTo("You asked: Why?");
      assertThat(ask(other, "alice").statusCode()).isEqualTo(200);
      assertThat(ask(one, "alice").statusCode()).isEqualTo(200);
      HttpResponse<String> refused = ask(other, "alice");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("\"title\"");
      assertThat(ask(other, "bob").statusCode()).isEqualTo(200);
      assertThat(ask(one, "mallory").statusCode()).isEqualTo(401);
    } finally {
      redis.stop();
    }
  }
}
