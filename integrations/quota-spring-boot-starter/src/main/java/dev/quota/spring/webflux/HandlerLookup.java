package dev.quota.spring.webflux;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds the handler that the DispatcherHandler will call for a request, by asking the same mappings
 * in the same order. They apply the rules for other origins ({@code @CrossOrigin}) by that. Safe
 * for use by several threads.
 */
final class HandlerLookup {

  private static final System.Logger LOG = System.getLogger(HandlerLookup.class.getName());

  private final Supplier<List<HandlerMapping>> source;
  private volatile @Nullable List<HandlerMapping> mappings;

  /**
   * Creates a lookup.
   *
   * @param source the mappings; asked once, when the application has started
   */
  HandlerLookup(Supplier<List<HandlerMapping>> source) {
    this.source = source;
  }

  /** Returns the mappings in the order in which they are asked. */
  List<HandlerMapping> mappings() {
    List<HandlerMapping> known = mappings;
    if (known == null) {
      known = List.copyOf(source.get());
      mappings = known;
    }
    return known;
  }

  /** Finds the handler; comes to nothing where WebFlux answers without one, as with 404 or 405. */
  Mono<Object> find(ServerWebExchange exchange) {
    return Flux.fromIterable(mappings())
        .concatMap(mapping -> mapping.getHandler(exchange))
        .next()
        .onErrorResume(
            e -> {
              // The DispatcherHandler is told the same, and refuses.
              LOG.log(System.Logger.Level.DEBUG, "No handler.", e);
              return Mono.empty();
            });
  }
}
