package example.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class StoryApplicationTest {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private HttpResponse<String> get(ConfigurableApplicationContext app, String path)
      throws Exception {
    String port = app.getEnvironment().getRequiredProperty("local.server.port");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aStreamCostsWhatItUsed() throws Exception {
    try (ConfigurableApplicationContext app =
        SpringApplication.run(
            StoryApplication.class, "--server.port=0", "--server.address=127.0.0.1")) {
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> story = get(app, "/story");
        assertThat(story.statusCode()).isEqualTo(200);
        assertThat(story.body()).contains("data:Once", "data:time", "event:quota");
      }
      assertThat(get(app, "/story").statusCode())
          .as("80 are used of 150, and 100 are reserved")
          .isEqualTo(429);
    }
  }
}
