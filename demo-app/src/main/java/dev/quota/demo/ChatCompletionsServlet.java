package dev.quota.demo;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;

/** The simulated model for the clients of OpenAI. */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class ChatCompletionsServlet extends ModelServlet {

  ChatCompletionsServlet(SimulatedModel model, OpenStreams streams) {
    super(model, streams, new ChatCompletionFormat(Clock.systemUTC()));
  }

  // Cost 0: the real cost is known only after the call was read.
  @Quota(value = ReservedAnswer.QUOTA, cost = 0)
  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    super.doPost(request, response);
  }
}
