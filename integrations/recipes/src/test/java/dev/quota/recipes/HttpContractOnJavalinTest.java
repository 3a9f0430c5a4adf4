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
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What the recipe for Javalin answers is what is recorded. */
class HttpContractOnJavalinTest implements HttpContract {

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
    JavalinQuota quota =
        new JavalinQuota(
            RecordedEndpoints.http(app),
            ctx -> app.subject(ctx::header, () -> callers.address(ctx.ip())));
    Javalin server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.http.compressionStrategy = CompressionStrategy.NONE;
                  config.http.prefer405over404 = true;
                  config.routes.before(HttpContractOnJavalinTest::otherOrigins);
                  quota.addState(config.routes, "/quota");
                  RecordedEndpoints.of(app.hasConversations())
                      .forEach((path, endpoint) -> add(config, path, endpoint, quota));
                })
            .start("127.0.0.1", 0);
    return new RunningStack(server.port(), server::stop);
  }

  private static void otherOrigins(Context ctx) {
    if (ctx.header("Origin") != null) {
      ctx.header("Access-Control-Allow-Origin", "https://shop.example");
    }
    if (ctx.header("X-Cdn") != null) {
      ctx.header("CDN-Cache-Control", "max-age=60");
    }
  }

  private static void add(
      JavalinConfig config, String path, Endpoint endpoint, JavalinQuota quota) {
    Handler handler = endpoint.isFree() ? handler(path) : quota.metered(endpoint, handler(path));
    config.routes.get(path, handler);
    config.routes.head(path, handler);
    config.routes.post(path, handler);
  }

  private static Handler handler(String path) {
    return switch (path) {
      case "/smart" -> HttpContractOnJavalinTest::smart;
      case "/keyed" -> HttpContractOnJavalinTest::keyed;
      case "/tokens" -> HttpContractOnJavalinTest::tokens;
      case "/agents", "/agents/seven" -> HttpContractOnJavalinTest::agents;
      default -> ctx -> answer("done", ctx);
    };
  }

  private static void smart(Context ctx) {
    answer(JavalinQuota.exchange(ctx).isDegraded() ? "small model" : "large model", ctx);
  }

  private static void agents(Context ctx) {
    answer(
        ctx.queryParam("pass-on") == null
            ? "done"
            : JavalinQuota.exchange(ctx).conversationHeader().orElse("none"),
        ctx);
  }

  private static void keyed(Context ctx) {
    Exchange exchange = JavalinQuota.exchange(ctx);
    if (exchange.isRepetition() && ctx.queryParam("running") != null) {
      JavalinQuota.write(exchange.refusalAsRunning(), ctx);
    } else {
      answer(Asked.keyed(exchange.isRepetition(), exchange.key().map(ExchangeKey::id)), ctx);
    }
  }

  private static void tokens(Context ctx) {
    Asked.Tokens asked = Asked.tokens(name -> Optional.ofNullable(ctx.queryParam(name)));
    Exchange exchange = JavalinQuota.exchange(ctx);
    Reservation tokens = exchange.reservations().reserve("tokens", asked.reserve());
    if (!tokens.isAllowed()) {
      JavalinQuota.write(exchange.refusal(tokens.decision()), ctx);
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
    ctx.contentType("text/event-stream;charset=utf-8")
        .result(frames.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Does what the request asks for, and answers. */
  private static void answer(String text, Context ctx) {
    Asked asked =
        Asked.of(
            name -> Optional.ofNullable(ctx.queryParam(name)),
            Collections.list(ctx.req().getHeaders("X-Set")));
    asked.headers().forEach(it -> ctx.res().addHeader(it.name(), it.value()));
    if (asked.refunds()) {
      boolean unused = JavalinQuota.exchange(ctx).refund();
    }
    asked.status().ifPresent(ctx::status);
    if (asked.redirect().isPresent()) {
      ctx.redirect(asked.redirect().get(), HttpStatus.FOUND);
    } else {
      ctx.result(asked.early().orElse("") + text);
    }
  }
}
