package dev.quota.spring.webflux;

import dev.quota.QuotaRefusedException;
import dev.quota.Subject;
import dev.quota.http.Endpoint;
import dev.quota.http.QuotaHttp;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Answers a {@link QuotaRefusedException} that no handler of the application caught. */
final class RefusalHandler implements WebExceptionHandler, Ordered {

  /** Before that of Boot, which handles every error. */
  private static final int ORDER = -2;

  private static final int DEEPEST_CAUSE = 16;

  private final QuotaHttp http;

  RefusalHandler(QuotaHttp http) {
    this.http = http;
  }

  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
    Optional<QuotaRefusedException> refused = refusal(thrown);
    if (refused.isEmpty() || exchange.getResponse().isCommitted()) {
      return Mono.error(thrown);
    }
    Subject subject = refused.get().decision().states().subject();
    WebFacts facts = new WebFacts(exchange, Endpoint.FREE, subject);
    return AnswerWriter.write(
        http.refusal(refused.get().decision(), facts), exchange.getResponse());
  }

  /** Returns the refusal in an exception or its causes. */
  static Optional<QuotaRefusedException> refusal(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      if (cause instanceof QuotaRefusedException refused) {
        return Optional.of(refused);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }
}
