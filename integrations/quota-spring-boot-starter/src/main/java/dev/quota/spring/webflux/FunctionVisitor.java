package dev.quota.spring.webflux;

import dev.quota.spring.web.UnreadFunctions;
import java.util.Map;
import java.util.function.Function;
import org.springframework.core.io.Resource;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** Shows the functions of a router to {@link UnreadFunctions}. */
record FunctionVisitor(UnreadFunctions functions) implements RouterFunctions.Visitor {

  @Override
  public void route(RequestPredicate predicate, HandlerFunction<?> function) {
    functions.add(function);
  }

  @Override
  public void startNested(RequestPredicate predicate) {}

  @Override
  public void endNested(RequestPredicate predicate) {}

  @Override
  public void resources(Function<ServerRequest, Mono<Resource>> lookup) {}

  @Override
  public void attributes(Map<String, Object> attributes) {}

  @Override
  public void unknown(RouterFunction<?> router) {}
}
