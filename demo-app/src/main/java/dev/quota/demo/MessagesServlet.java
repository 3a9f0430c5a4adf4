package dev.quota.demo;

import dev.quota.Quota;
import dev.quota.http.QuotaErrors;
import dev.quota.http.answer.ErrorFormat;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The simulated model for the clients of Anthropic. */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class MessagesServlet extends ModelServlet {

  MessagesServlet(SimulatedModel model, OpenStreams streams) {
    super(model, streams, new MessagesFormat());
  }

  // Cost 0: the real cost is known only after the call was read.
  @Quota(value = ReservedAnswer.QUOTA, cost = 0)
  @QuotaErrors(ErrorFormat.ANTHROPIC)
  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    super.doPost(request, response);
  }
}
