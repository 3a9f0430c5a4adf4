package example.shop;

import dev.quota.Quota;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

@Path("/chat")
public class ChatResource {

  @POST
  @Quota("chat")
  public String chat(String question) {
    return "You asked: " + question; // Your model answers here. It runs only if a message is left.
  }
}
