package dev.quota.demo;

import dev.quota.Quota;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Completes a prompt as a stream of events. It reserves the usual cost first. The reservation grows
 * while a longer answer is written, and is settled to the real cost after the last word.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class CompleteServlet extends HttpServlet {

  private final transient SimulatedModel model;
  private final transient OpenStreams streams;

  CompleteServlet(SimulatedModel model, OpenStreams streams) {
    this.model = model;
    this.streams = streams;
  }

  // Cost 0: the real cost is known only after the prompt was read.
  @Quota(value = ReservedAnswer.QUOTA, cost = 0)
  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Completion completion;
    try {
      completion = Completion.read(request);
    } catch (Completion.BadCompletionException e) {
      e.problem().writeTo(response);
      return;
    }
    Optional<ReservedAnswer> reserved =
        ReservedAnswer.reserve(completion.estimate(), request, response);
    if (reserved.isPresent()) {
      response.setContentType("text/event-stream;charset=utf-8");
      response.setHeader("Cache-Control", "no-store");
      stream(completion, reserved.get(), request.startAsync());
    }
  }

  private void stream(Completion completion, ReservedAnswer answer, AsyncContext context) {
    WordStream.start(
        context,
        answer.tokens().isDegraded()
            ? model.shortAnswer(completion.prompt(), answer.language())
            : model.longAnswer(completion.prompt(), answer.language(), completion.maxTokens()),
        new StreamedCompletion(
            completion, answer.tokens(), answer.exchange().notices(), answer.language()),
        streams);
  }
}
