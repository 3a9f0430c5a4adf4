package example.assistant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The assistant as an endpoint in OpenAI's format, for the SDKs that talk to it. */
@RestController
class ChatCompletions {

  private final ChatClient client;

  ChatCompletions(ChatClient.Builder builder) {
    client = builder.build();
  }

  @PostMapping("/v1/chat/completions")
  @SuppressWarnings("unchecked") // The members that the test sends.
  Object complete(@RequestBody Map<String, Object> request) {
    var messages = (List<Map<String, String>>) request.get("messages");
    ChatClient.ChatClientRequestSpec prompt = client.prompt(messages.get(0).get("content"));
    return Boolean.TRUE.equals(request.get("stream"))
        ? stream(prompt)
        : answer("chat.completion", "message", prompt.call().content(), "stop");
  }

  private static SseEmitter stream(ChatClient.ChatClientRequestSpec prompt) {
    SseEmitter events = new SseEmitter();
    var unused =
        prompt.stream()
            .content()
            .subscribe(
                text -> send(events, answer("chat.completion.chunk", "delta", text, null)),
                events::completeWithError,
                () -> {
                  send(events, "[DONE]");
                  events.complete();
                });
    return events;
  }

  private static void send(SseEmitter events, Object data) {
    try {
      events.send(
          data instanceof String text
              ? SseEmitter.event().data(text)
              : SseEmitter.event().data(data, MediaType.APPLICATION_JSON));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> answer(
      String object, String part, String text, String finished) {
    Map<String, Object> choice = new HashMap<>();
    choice.put("index", 0);
    choice.put("finish_reason", finished);
    choice.put(part, Map.of("role", "assistant", "content", text));
    return Map.of(
        "id", "a", "object", object, "created", 1, "model", "house", "choices", List.of(choice));
  }
}
