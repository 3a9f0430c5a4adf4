package dev.quota.demo;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Answers a prompt with the large model, which has its own quota in addition to that of the chat.
 * When it is exhausted, its policy degrades: {@link ChatServlet} answers with the smaller model.
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
