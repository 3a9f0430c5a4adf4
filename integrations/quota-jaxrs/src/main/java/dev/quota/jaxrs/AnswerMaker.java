package dev.quota.jaxrs;

import dev.quota.http.answer.Answer;
import dev.quota.http.answer.Content;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/**
 * Makes responses of answers.
 *
 * @param refusals the application's renderer of refusals; empty for the default
 * @param page the application's renderer of the page of a refusal; empty for the default
 */
record AnswerMaker(Optional<RefusalRenderer> refusals, Optional<RefusalRenderer> page) {

  /** The request property with its answer. */
  static final String PROPERTY = Answer.class.getName();

  Response response(Answer answer, ContainerRequestContext request) {
    Response.ResponseBuilder response = Response.status(answer.status());
    answer.headers().forEach(response::header);
    Content content = content(answer, request);
    if (!content.type().isEmpty()) {
      content.headers().forEach(response::header);
      response.header(HttpHeaders.CONTENT_TYPE, content.type());
      response.header(HttpHeaders.CONTENT_LENGTH, content.bytes().length);
      response.entity(content.bytes());
    }
    return response.build();
  }

  private Content content(Answer answer, ContainerRequestContext request) {
    Optional<RefusalRenderer> own =
        answer.form() == Answer.Form.PAGE && page.isPresent() ? page : refusals;
    return own.isPresent() && answer.refusal().isPresent()
        ? own.get().render(answer.refusal().get(), request)
        : answer.content();
  }
}
