package example.chat;

import dev.quota.Quota;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ChatController {

  @Quota("chat")
  @PostMapping("/chat")
  String chat(@RequestBody String question) {
    return "You asked: " + question; // Your model answers here. It runs only if a message is left.
  }
}
