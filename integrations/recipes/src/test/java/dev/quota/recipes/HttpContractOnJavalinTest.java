package dev.quota.recipes;

import dev.quota.Reservation;
import dev.quota.http.CallerSubjects;
import dev.quota.http.Endpoint;
import dev.quota.http.Exchange;
import dev.quota.http.ExchangeKey;
import dev.quota.http.QuotaHttp;
import dev.quota.http.QuotaHttpBuilder;
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
            http(app), ctx -> app.subject(ctx::header, () -> callers.address(ctx.ip())));
    Javalin server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.http.compressionStrategy = CompressionStrategy.NONE;
                  config.http.prefer405over404 = true;
                  config.routes.before(HttpContractOnJavalinTest::otherOrigins);
                  quota.addState(config.routes, "/quota");
                  new Routes(config, quota).add(app.hasConversations());
                })
            .start("127.0.0.1", 0);
    return new RunningStack(server.port(), server::stop);
  }

  private static QuotaHttp http(HttpApp app) {
    QuotaHttpBuilder http =
        QuotaHttp.builder(app.quotas())
            .headers(app.headers())
            .conversationSecret(app.conversationSecret());
    app.newConversations().ifPresent(http::newConversations);
    app.retryAfterCeiling().ifPresentOrElse(http::retryAfterCeiling, http::noRetryAfterCeiling);
    return http.build();
  }

  private static void otherOrigins(Context ctx) {
    if (ctx.header("Origin") != null) {
      ctx.header("Access-Control-Allow-Origin", "https://shop.example");
    }
    if (ctx.header("X-Cdn") != null) {
      ctx.header("CDN-Cache-Control", "max-age=60");
    }
  }

  /** The endpoints of the record. */
  private record Routes(JavalinConfig config, JavalinQuota quota) {

    void add(boolean conversations) {
      add("/open", ctx -> answer("done", ctx));
      add("/chat", usual("chat"));
      add("/keyed", new Endpoint(List.of(Endpoint.Cost.usual("chat")), true), Routes::keyed);
      if (conversations) {
        add("/agents", usual("agents"), Routes::agents);
        add("/agents/seven", fixed("agents", 7), Routes::agents);
      } else {
        addOthers();
      }
    }

    private void addOthers() {
      add("/chat/three", fixed("chat", 3));
      add("/both", new Endpoint(List.of(Endpoint.Cost.usual("ping"), Endpoint.Cost.usual("chat"))));
      for (String name :
          List.of("ping", "week", "rolling-day", "image", "upload", "spend", "routed", "huge")) {
        add("/" + name, usual(name));
      }
      add(
          "/sized",
          new Endpoint(
              List.of(
                  new Endpoint.Cost(
                      "image",
                      Optional.of(it -> Long.parseLong(it.parameter("n").orElseThrow()))))));
      add("/team", usual("team-chat"));
      add("/smart", usual("smart"), Routes::smart);
      add("/tokens", fixed("tokens", 0), Routes::tokens);
      add("/key-demanded", new Endpoint(List.of(Endpoint.Cost.usual("chat")), true, true));
      for (String name : List.of("deny", "allow", "local")) {
        add("/away/" + name, usual("away-" + name));
      }
    }

    private static Endpoint usual(String quota) {
      return new Endpoint(List.of(Endpoint.Cost.usual(quota)));
    }

    private static Endpoint fixed(String quota, long cost) {
      return new Endpoint(List.of(Endpoint.Cost.fixed(quota, cost)));
    }

    private void add(String path, Endpoint endpoint) {
      add(path, endpoint, ctx -> answer("done", ctx));
    }

    private void add(String path, Endpoint endpoint, Handler handler) {
      add(path, quota.metered(endpoint, handler));
    }

    private void add(String path, Handler handler) {
      config.routes.get(path, handler);
      config.routes.head(path, handler);
      config.routes.post(path, handler);
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
}
