package dev.quota.demo;

import dev.quota.Quota;
import dev.quota.servlet.QuotaExchange;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/**
 * Answers a prompt, word by word, in the language of the page. If a quota is exhausted and its
 * policy degrades, a smaller model answers, and the answer says so.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
class ChatServlet extends HttpServlet {

  /** Sent with the value "smaller" if a smaller model answers than was asked. */
  static final String MODEL_HEADER = "X-Demo-Model";

  private final transient SimulatedModel model;
  private final transient OpenStreams streams;

  ChatServlet(SimulatedModel model, OpenStreams streams) {
    this.model = model;
    this.streams = streams;
  }

  @Quota("chat")
  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Prompt prompt;
    try {
      prompt = Prompt.read(request);
    } catch (Prompt.BadPromptException e) {
      QuotaExchange.of(request).refund();
      e.problem().writeTo(response);
      return;
    }
    response.setContentType("text/plain;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    String language = PageLanguage.of(request);
    response.setHeader("Content-Language", language);
    boolean isDegraded = QuotaExchange.of(request).isDegraded();
    if (isDegraded) {
      // Quota-Level describes the next prompt. This header describes the current one.
      response.setHeader(MODEL_HEADER, "smaller");
    }
    List<SimulatedModel.Word> answer =
        isDegraded
            ? model.shortAnswer(prompt.text(), language)
            : model.answer(prompt.text(), language);
    WordStream.start(request.startAsync(), answer, new StreamedAnswer(language), streams);
  }
}
