package dev.quota.recipes;

import dev.quota.Reservation;
import dev.quota.http.CallerSubjects;
import dev.quota.http.Endpoint;
import dev.quota.http.Exchange;
import dev.quota.http.ExchangeKey;
import dev.quota.http.ReservationNotices;
import dev.quota.httptests.Asked;
import dev.quota.httptests.HttpApp;
import dev.quota.httptests.HttpContract;
import dev.quota.httptests.HttpDifference;
import dev.quota.httptests.RunningStack;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What the recipe for Vert.x answers is what is recorded. */
class HttpContractOnVertxTest implements HttpContract {

  @Override
  public Set<HttpDifference> differences() {
    return EnumSet.of(HttpDifference.OWN_HEADERS_ALONE, HttpDifference.OPTIONS_OF_THE_STACK);
  }

  /** One from the left and one from the right: the words are not the stack's. */
  @Override
  public List<String> languages() {
    return List.of("en", "ar");
  }

  @Override
  public RunningStack start(HttpApp app) {
    CallerSubjects callers = new CallerSubjects(UnaryOperator.identity());
    VertxQuota quota =
        new VertxQuota(
            RecordedEndpoints.http(app),
            ctx ->
                app.subject(
                    ctx.request()::getHeader,
                    () -> callers.address(ctx.request().remoteAddress().hostAddress())));
    Vertx vertx = Vertx.vertx();
    Router router = Router.router(vertx);
    router.route().handler(BodyHandler.create()).handler(HttpContractOnVertxTest::otherOrigins);
    quota.addState(router, "/quota");
    RecordedEndpoints.of(app.hasConversations())
        .forEach((path, endpoint) -> add(router, path, endpoint, quota));
    HttpServer server =
        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
    return new RunningStack(server.actualPort(), () -> vertx.close().await());
  }

  private static void add(Router router, String path, Endpoint endpoint, VertxQuota quota) {
    var route =
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).method(HttpMethod.POST);
    if (!endpoint.isFree()) {
      route.handler(quota.metered(endpoint));
    }
    route.handler(handler(path));
  }

  private static Handler<RoutingContext> handler(String path) {
    return switch (path) {
      case "/smart" ->
          ctx -> answer(VertxQuota.exchange(ctx).isDegraded() ? "small model" : "large model", ctx);
      case "/keyed" -> HttpContractOnVertxTest::keyed;
      case "/tokens" -> HttpContractOnVertxTest::tokens;
      case "/agents", "/agents/seven" -> HttpContractOnVertxTest::agents;
      default -> ctx -> answer("done", ctx);
    };
  }

  private static void otherOrigins(RoutingContext ctx) {
    if (ctx.request().getHeader("Origin") != null) {
      ctx.response().putHeader("Access-Control-Allow-Origin", "https://shop.example");
    }
    if (ctx.request().getHeader("X-Cdn") != null) {
      ctx.response().putHeader("CDN-Cache-Control", "max-age=60");
    }
    ctx.next();
  }

  private static Optional<String> parameter(RoutingContext ctx, String name) {
    return Optional.ofNullable(ctx.request().getParam(name));
  }

  private static void agents(RoutingContext ctx) {
    answer(
        parameter(ctx, "pass-on").isEmpty()
            ? "done"
            : VertxQuota.exchange(ctx).conversationHeader().orElse("none"),
        ctx);
  }

  private static void keyed(RoutingContext ctx) {
    Exchange exchange = VertxQuota.exchange(ctx);
    if (exchange.isRepetition() && parameter(ctx, "running").isPresent()) {
      VertxQuota.write(exchange.refusalAsRunning(), ctx);
    } else {
      answer(Asked.keyed(exchange.isRepetition(), exchange.key().map(ExchangeKey::id)), ctx);
    }
  }

  private static void tokens(RoutingContext ctx) {
    Asked.Tokens asked = Asked.tokens(name -> parameter(ctx, name));
    Exchange exchange = VertxQuota.exchange(ctx);
    // The store of the record is in this process, so this does not wait.
    Reservation tokens = exchange.reservations().reserve("tokens", asked.reserve());
    if (!tokens.isAllowed()) {
      VertxQuota.write(exchange.refusal(tokens.decision()), ctx);
      return;
    }
    boolean goesOn = tokens.used(asked.use());
    ReservationNotices notices = exchange.notices();
    StringBuilder frames = new StringBuilder(notices.grace(tokens).frame());
    if (!goesOn) {
      frames.append(notices.cut(tokens).frame());
      frames.append(notices.openAiError(tokens).frame());
      frames.append(notices.anthropicError(tokens).frame());
    }
    frames.append(notices.settled(tokens.settleAsUsed()).frame());
    Future<Void> unused =
        ctx.response()
            .putHeader("Content-Type", "text/event-stream;charset=utf-8")
            .end(frames.toString());
  }

  /** Does what the request asks for, and answers. */
  private static void answer(String text, RoutingContext ctx) {
    Asked asked = Asked.of(name -> parameter(ctx, name), ctx.request().headers().getAll("X-Set"));
    asked.headers().forEach(it -> ctx.response().headers().add(it.name(), it.value()));
    if (asked.refunds()) {
      boolean unused = VertxQuota.exchange(ctx).refund();
    }
    asked.status().ifPresent(ctx.response()::setStatusCode);
    Future<Void> unused;
    if (asked.redirect().isPresent()) {
      unused = ctx.redirect(asked.redirect().get());
    } else {
      ctx.response().headers().set("Content-Type", "text/plain");
      unused = ctx.response().end(asked.early().orElse("") + text);
    }
  }
}
