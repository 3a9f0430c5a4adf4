package example.assistant;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

@RestController
class AssistantController {

  private final ChatClient client;

  /** The builder of the context has the advisor that reserves and settles. */
  AssistantController(ChatClient.Builder builder) {
    client = builder.build();
  }

  @PostMapping("/ask")
  String ask(@RequestBody String question) {
    return client.prompt(question).call().content();
  }

  @PostMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<String> stream(@RequestBody String question) {
    return client.prompt(question).stream().content();
  }
}
