package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.Subject;
import dev.quota.spring.webflux.QuotaExchange;
import dev.quota.spring.webflux.ReactiveSubjectResolver;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A thousand streams at once, with a Redis that is 40 ms away, leave other requests alone. */
@Tag("once")
@Tag("timing")
@EnabledIfSystemProperty(named = "quota.soak", matches = "true")
class StreamsTest {

  private static final int STREAMS = 1_000;
  private static final int WORDS = 30;
  private static final Duration MEASURED = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofMillis(200);

  @SpringBootConfiguration
  @EnableAutoConfiguration
  @Import(StreamApplication.Streams.class)
  static class StreamApplication {

    @RestController
    static class Streams {

      @Quota(value = "words", limits = "1000000 per 24 hours", cost = 0)
      @GetMapping(path = "/metered", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
      Flux<String> metered(QuotaExchange exchange) {
        return exchange
            .reserve("words", 10)
            .flatMapMany(
                words ->
                    words()
                        .concatMap(
                            word ->
                                Mono.fromCompletionStage(words.used(word + 1))
                                    .thenReturn(String.valueOf(word))));
      }

      @GetMapping(path = "/unmetered", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
      Flux<String> unmetered() {
        return words().map(String::valueOf);
      }

      private static Flux<Long> words() {
        // A clock does not wait for clients that are behind.
        return Flux.interval(PAUSE).onBackpressureBuffer().take(WORDS);
      }

      @GetMapping("/free")
      Mono<String> free() {
        return Mono.just("free");
      }
    }

    @Bean
    SecurityWebFilterChain security(ServerHttpSecurity http) {
      return http.authorizeExchange(requests -> requests.anyExchange().permitAll()).build();
    }

    @Bean
    ReactiveSubjectResolver subjects() {
      return exchange ->
          Mono.just(
              Subject.user(String.valueOf(exchange.getRequest().getHeaders().getFirst("X-User"))));
    }
  }

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void theMedianOfAFreeRequestStaysBesideMeteredStreams() throws Exception {
    try (FarRedis redis = new FarRedis();
        RunningApp app =
            RunningApp.startReactive(
                StreamApplication.class,
                "quota.redis.url=" + redis.url(),
                "quota.redis.time-budget=3s")) {
      double idle = median(app, 500);
      double unused = beside(app, "/unmetered") + beside(app, "/metered");
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        double unmetered = beside(app, "/unmetered");
        double metered = beside(app, "/metered");
        ratios.add(metered / unmetered);
        System.getLogger(StreamsTest.class.getName())
            .log(
                System.Logger.Level.INFO,
                "p50 of a free request: idle {0} ms, beside unmetered streams {1} ms, beside metered"
                    + " ones {2} ms: {3} times.",
                idle,
                unmetered,
                metered,
                metered / unmetered);
      }
      assertThat(unused).isPositive();
      assertThat(ratios.stream().sorted().toList().get(1)).isLessThanOrEqualTo(1.5);
      assertThat(app.used("user 1", "words")).isEqualTo(4L * WORDS);
    }
  }

  /** Returns the median while all streams run. */
  private double beside(RunningApp app, String path) throws IOException {
    List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      streams.add(
          client.sendAsync(
              app.request(path).header("X-User", "user " + i).build(),
              HttpResponse.BodyHandlers.ofString()));
    }
    double median = median(app, 300);
    assertThat(streams.stream().filter(it -> !it.isDone())).as("they still run").isNotEmpty();
    for (CompletableFuture<HttpResponse<String>> stream : streams) {
      HttpResponse<String> answer = stream.join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body().split("\n\n")).hasSize(WORDS);
    }
    return median;
  }

  private static double median(RunningApp app, int requests) {
    List<Double> millis = new ArrayList<>();
    long end = System.nanoTime() + MEASURED.toNanos();
    while (millis.size() < requests && System.nanoTime() < end) {
      long begin = System.nanoTime();
      assertThat(app.get("/free").statusCode()).isEqualTo(200);
      millis.add((System.nanoTime() - begin) / 1e6);
    }
    return millis.stream().sorted().toList().get(millis.size() / 2);
  }
}
