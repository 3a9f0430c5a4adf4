package dev.quota.demo;

import dev.quota.Quota;
import dev.quota.Reservation;
import dev.quota.servlet.QuotaExchange;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Completes a prompt as a stream of events. It reserves the usual cost first. The reservation grows
 * while a longer answer is written, and is settled to the real cost after the last word.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class CompleteServlet extends HttpServlet {

  static final String QUOTA = "tokens";

  private final transient SimulatedModel model;
  private final transient OpenStreams streams;

  CompleteServlet(SimulatedModel model, OpenStreams streams) {
    this.model = model;
    this.streams = streams;
  }

  // Cost 0: the real cost is known only after the prompt was read.
  @Quota(value = QUOTA, cost = 0)
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
    QuotaExchange exchange = QuotaExchange.of(request);
    Reservation tokens = exchange.reserve(QUOTA, completion.estimate());
    if (!tokens.isAllowed()) {
      exchange.refuse(tokens);
      return;
    }
    String language = PageLanguage.of(request);
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Content-Language", language);
    if (tokens.isDegraded()) {
      response.setHeader(ChatServlet.MODEL_HEADER, "smaller");
    }
    WordStream.start(
        request.startAsync(),
        tokens.isDegraded()
            ? model.shortAnswer(completion.prompt(), language)
            : model.longAnswer(completion.prompt(), language, completion.maxTokens()),
        new StreamedCompletion(completion, tokens, exchange.notices(), language),
        streams);
  }
}
