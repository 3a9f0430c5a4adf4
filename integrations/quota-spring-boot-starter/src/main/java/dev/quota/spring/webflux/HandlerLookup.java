package dev.quota.spring.webflux;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds the handler that the DispatcherHandler will call for a request, with the same mappings in
 * the same order. The mappings also apply {@code @CrossOrigin}. Thread-safe.
 */
final class HandlerLookup {

  private static final System.Logger LOG = System.getLogger(HandlerLookup.class.getName());

  private final Supplier<List<HandlerMapping>> source;
  private volatile @Nullable List<HandlerMapping> mappings;

  /**
   * Creates a lookup.
   *
   * @param source returns the mappings; called once, when the application has started
   */
  HandlerLookup(Supplier<List<HandlerMapping>> source) {
    this.source = source;
  }

  /** Returns the mappings in their order. */
  List<HandlerMapping> mappings() {
    List<HandlerMapping> known = mappings;
    if (known == null) {
      known = List.copyOf(source.get());
      mappings = known;
    }
    return known;
  }

  /**
   * Finds the handler; empty if WebFlux answers without one, for instance with status 404 or 405.
   */
  Mono<Object> find(ServerWebExchange exchange) {
    return Flux.fromIterable(mappings())
        .concatMap(mapping -> mapping.getHandler(exchange))
        .next()
        .onErrorResume(
            e -> {
              // The DispatcherHandler gets the same error and refuses.
              LOG.log(System.Logger.Level.DEBUG, "No handler.", e);
              return Mono.empty();
            });
  }
}
