package dev.quota.jaxrs;

import dev.quota.http.QuotaHttp;
import dev.quota.http.answer.Answer;
import jakarta.ws.rs.container.ContainerRequestContext;

/** The parts of charging that all methods share. */
record Charging(QuotaHttp http, SubjectResolver subjects, AnswerMaker answers, RestServer server) {

  /** Answers instead of the method. */
  void abort(ContainerRequestContext request, Answer answer) {
    request.setProperty(AnswerMaker.PROPERTY, answer);
    request.abortWith(answers.response(answer, request));
  }
}
