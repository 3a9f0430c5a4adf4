package dev.quota.demo;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Answers a prompt with the large model, which has a quota of its own beside that of the chat. When
 * that one is used up, its policy lets the smaller model answer, and {@link ChatServlet} says so.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class LargeChatServlet extends ChatServlet {

  static final String QUOTA = "large-model";

  LargeChatServlet(SimulatedModel model, OpenStreams streams) {
    super(model, streams);
  }

  @Quota("chat")
  @Quota(QUOTA)
  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    super.doPost(request, response);
  }
}
