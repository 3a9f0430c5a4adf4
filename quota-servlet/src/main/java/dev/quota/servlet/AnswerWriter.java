package dev.quota.servlet;

import dev.quota.http.answer.Answer;
import dev.quota.http.answer.Content;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Writes answers instead of the endpoint. Thread-safe.
 *
 * @param refusals the application's renderer of refusals; empty for the default
 * @param page the application's renderer of the page of a refusal; empty for the default
 */
record AnswerWriter(Optional<RefusalRenderer> refusals, Optional<RefusalRenderer> page) {

  /**
   * Writes an answer.
   *
   * @throws RefusedDispatchException if it cannot be written here: in an include, in an error page
   *     (which it would hide), or after the answer has begun
   */
  void write(Answer answer, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    DispatcherType type = request.getDispatcherType();
    if (type == DispatcherType.INCLUDE || type == DispatcherType.ERROR || response.isCommitted()) {
      throw new RefusedDispatchException(answer.decision(), (to, with) -> put(answer, to, with));
    }
    put(answer, request, response);
  }

  /** Writes an answer of the state servlet, or one that replaces another answer. */
  void put(Answer answer, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setStatus(answer.status());
    answer.writeHeaders(new ResponseHeaders(response));
    Optional<RefusalRenderer> own =
        answer.form() == Answer.Form.PAGE && page.isPresent() ? page : refusals;
    if (own.isPresent() && answer.refusal().isPresent()) {
      own.get().render(answer.refusal().get(), request, response);
    } else {
      body(answer.content(), request, response);
    }
  }

  private static void body(
      Content content, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (content.type().isEmpty()) {
      return;
    }
    content.headers().forEach(response::setHeader);
    response.setContentType(content.type());
    response.setContentLength(content.bytes().length);
    response.getOutputStream().write(content.bytes());
    if (request.getDispatcherType() == DispatcherType.FORWARD) {
      // Otherwise Undertow opens a writer to close the response, and that adds a wrong charset to
      // the media type.
      response.getOutputStream().close();
    }
  }
}
