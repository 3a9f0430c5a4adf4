package dev.quota.jaxrs;

import dev.quota.http.QuotaHttp;
import dev.quota.http.answer.Answer;
import dev.quota.http.request.RequestEnd;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;

/**
 * Writes the headers of a charge when all others are known, and ends the call when its answer is
 * written.
 */
final class AnswerFilter implements ContainerResponseFilter, WriterInterceptor {

  private final QuotaHttp http;
  private final RestServer server;

  AnswerFilter(Charging charging) {
    http = charging.http();
    server = charging.server();
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(AnswerMaker.PROPERTY) instanceof Answer answer
        && response.getStatus() == answer.status()) {
      // Filters of the application have added their headers.
      answer.writeHeaders(new ResponseHeaders(response));
    }
    if (request.getProperty(ChargedCall.PROPERTY) instanceof ChargedCall call) {
      call.writeHeaders(response);
      RequestEnd end = http.endOf(response.getStatus());
      if (end == RequestEnd.FAILED) {
        call.end(end);
      } else if (!server.follows(response, call)
          && (!response.hasEntity() || request.getMethod().equals("HEAD"))) {
        call.end(end);
      }
    }
  }

  @Override
  public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
    if (!(context.getProperty(ChargedCall.PROPERTY) instanceof ChargedCall call)
        || call.isFollowed()) {
      context.proceed();
      return;
    }
    FollowedStream stream = new FollowedStream(context.getOutputStream(), call, false);
    context.setOutputStream(stream);
    boolean complete = false;
    try {
      context.proceed();
      complete = true;
    } finally {
      stream.end(complete);
    }
  }
}
