package dev.quota.jaxrs;

import dev.quota.http.QuotaHttp;
import dev.quota.http.answer.Answer;
import jakarta.ws.rs.container.ContainerRequestContext;

/** What charging needs that is the same for all methods. */
record Charging(QuotaHttp http, SubjectResolver subjects, AnswerMaker answers, RestServer server) {

  /** Answers in the place of the method. */
  void abort(ContainerRequestContext request, Answer answer) {
    request.setProperty(AnswerMaker.PROPERTY, answer);
    request.abortWith(answers.response(answer, request));
  }
}
