package example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

class ShopServerTest {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theFourthMessageOfTheDayIsRefused() throws Exception {
    try (Quotas quotas = ShopServer.quotas()) {
      Server server = ShopServer.start(0, quotas);
      try {
        URI base = server.getURI().resolve("/");
        for (int i = 0; i < 4; i++) {
          HttpResponse<String> answer =
              send(
                  HttpRequest.newBuilder(base.resolve("chat"))
                      .POST(HttpRequest.BodyPublishers.ofString("Why?")));
          assertThat(answer.statusCode()).isEqualTo(i < 3 ? 200 : 429);
        }
        assertThat(send(HttpRequest.newBuilder(base.resolve("quota/state"))).body())
            .contains("\"chat\"");
      } finally {
        server.stop();
      }
    }
  }
}
