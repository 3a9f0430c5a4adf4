package example.story;

import dev.quota.AsyncReservation;
import dev.quota.Quota;
import dev.quota.spring.webflux.QuotaExchange;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@RestController
class StoryController {

  /** Reserves 100 tokens, streams the words, and settles what they used. */
  @Quota(value = "tokens", cost = 100)
  @GetMapping(path = "/story", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<String>> story(AsyncReservation tokens, QuotaExchange exchange) {
    Flux<String> words = Flux.just("Once", "upon", "a", "time"); // Your model streams here.
    return words
        .map(word -> ServerSentEvent.builder(word).build())
        .concatWith(
            Mono.fromCompletionStage(() -> tokens.settle(40)).map(exchange.notices()::settled));
  }
}
