package dev.quota.servlet;

import dev.quota.http.answer.Answer;
import dev.quota.http.answer.Content;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes answers instead of the endpoint. Thread-safe.
 *
 * @param refusals the application's renderer of refusals; empty for the default
 * @param page the application's renderer of the page of a refusal; empty for the default
 */
record AnswerWriter(Optional<RefusalRenderer> refusals, Optional<RefusalRenderer> page) {

  private static final String EXPOSE = "Access-Control-Expose-Headers";

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
    answer.forbidding(List.copyOf(response.getHeaderNames())).forEach(response::setHeader);
    answer.headers().forEach((name, value) -> set(name, value, response));
    expose(answer.exposed(), response);
    Optional<RefusalRenderer> own =
        answer.form() == Answer.Form.PAGE && page.isPresent() ? page : refusals;
    if (own.isPresent() && answer.refusal().isPresent()) {
      own.get().render(answer.refusal().get(), request, response);
    } else {
      body(answer.content(), request, response);
    }
  }

  private static void set(String name, String value, HttpServletResponse response) {
    if (name.equals("Vary")) {
      response.addHeader(name, value);
    } else {
      response.setHeader(name, value);
    }
  }

  /** Exposes headers to a page of another origin, if it may read the response. */
  static void expose(List<String> names, HttpServletResponse response) {
    if (!names.isEmpty() && ServletFacts.allowsOtherOrigins(response)) {
      names.forEach(name -> response.addHeader(EXPOSE, name));
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
