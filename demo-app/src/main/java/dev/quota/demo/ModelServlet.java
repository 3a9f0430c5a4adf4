package dev.quota.demo;

import dev.quota.Reservation;
import dev.quota.Settlement;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The simulated model behind the API of a provider, so that its SDKs work with the demo. The
 * highest cost of an answer is reserved first, and is settled to the real cost at the end.
 *
 * <p>Subclasses declare the quota, because the filter reads annotations from the class of a
 * servlet.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
abstract class ModelServlet extends HttpServlet {

  static final String LARGE = "simulated";
  private static final String SMALL = "simulated-small";

  private final transient SimulatedModel model;
  private final transient OpenStreams streams;
  private final transient AnswerFormat format;

  ModelServlet(SimulatedModel model, OpenStreams streams, AnswerFormat format) {
    this.model = model;
    this.streams = streams;
    this.format = format;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    ModelCall call;
    try {
      call = ModelCall.read(request);
    } catch (ModelCall.BadCallException e) {
      response.setStatus(400);
      Json.write(response, "application/json", json -> format.badCall(e.sentence(), json));
      return;
    }
    Optional<ReservedAnswer> reserved = ReservedAnswer.reserve(call.estimate(), request, response);
    if (reserved.isPresent()) {
      answer(call, reserved.get(), request, response);
    }
  }

  private void answer(
      ModelCall call,
      ReservedAnswer reserved,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Reservation tokens = reserved.tokens();
    List<SimulatedModel.Word> words =
        tokens.isDegraded()
            ? model.shortAnswer(call.prompt(), reserved.language())
            : model.answer(call.prompt(), reserved.language());
    CountedAnswer answer = new CountedAnswer(call.inputTokens(), call.maxTokens(), tokens);
    String id = format.idPrefix() + UUID.randomUUID().toString().replace("-", "");
    AnswerFormat.Head head = new AnswerFormat.Head(id, tokens.isDegraded() ? SMALL : LARGE);
    if (call.isStream()) {
      response.setContentType("text/event-stream;charset=utf-8");
      WordStream.start(
          request.startAsync(),
          words,
          new StreamedModelAnswer(
              format,
              head,
              answer,
              call.isUsageAsked(),
              reserved.exchange().notices(),
              reserved.language()),
          streams);
    } else {
      whole(answer, words);
      Json.write(response, "application/json", json -> format.whole(head, answer, json));
    }
  }

  /** Writes an answer without the pauses of a stream. */
  private static void whole(CountedAnswer answer, List<SimulatedModel.Word> words) {
    Optional<Ending> ending = Optional.empty();
    for (int i = 0; i < words.size() && ending.isEmpty(); i++) {
      ending = answer.add(words.get(i).text());
    }
    Settlement unused = answer.settle();
  }
}
