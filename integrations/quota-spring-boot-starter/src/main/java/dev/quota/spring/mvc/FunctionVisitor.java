package dev.quota.spring.mvc;

import dev.quota.spring.web.UnreadFunctions;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.core.io.Resource;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;

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
  public void resources(Function<ServerRequest, Optional<Resource>> lookup) {}

  @Override
  public void attributes(Map<String, Object> attributes) {}

  @Override
  public void unknown(RouterFunction<?> router) {}
}
