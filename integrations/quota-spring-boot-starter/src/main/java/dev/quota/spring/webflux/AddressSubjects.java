package dev.quota.spring.webflux;

import dev.quota.Subject;
import dev.quota.http.CallerSubjects;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Charges people by the principal of their request, and others by address. Thread-safe. */
public final class AddressSubjects implements ReactiveSubjectResolver {

  private final CallerSubjects callers = new CallerSubjects(UnaryOperator.identity());

  /** Creates a resolver. */
  public AddressSubjects() {}

  @Override
  public Mono<Subject> resolve(ServerWebExchange exchange) {
    return exchange
        .getPrincipal()
        .filter(it -> it.getName() != null && !it.getName().isEmpty())
        .map(it -> callers.principal(it.getName()))
        .switchIfEmpty(Mono.fromSupplier(() -> byAddress(exchange)));
  }

  /**
   * Returns the subject of the address of a request.
   *
   * @param exchange the request
   * @return the subject
   */
  public Subject byAddress(ServerWebExchange exchange) {
    InetSocketAddress remote = exchange.getRequest().getRemoteAddress();
    if (remote == null) {
      throw new IllegalStateException(
          "the server does not tell the address of this client; add a ReactiveSubjectResolver");
    }
    // The host of a forwarding header is not resolved, and a look-up must not happen.
    return callers.address(
        remote.getAddress() == null
            ? remote.getHostString()
            : remote.getAddress().getHostAddress());
  }
}
