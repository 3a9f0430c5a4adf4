package dev.quota.recipes;

import dev.quota.Charge;
import dev.quota.Subject;
import dev.quota.http.Begun;
import dev.quota.http.ChargeHeaders;
import dev.quota.http.Endpoint;
import dev.quota.http.Exchange;
import dev.quota.http.Proceed;
import dev.quota.http.QuotaHttp;
import dev.quota.http.Refuse;
import dev.quota.http.RequestFingerprint;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.AnswerHeaders;
import dev.quota.http.answer.Content;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.request.RequestEnd;
import dev.quota.http.request.RequestFacts;
import dev.quota.http.request.StateFacts;
import dev.quota.policy.Policies;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Meters routes of Vert.x. No event loop waits.
 *
 * @param http answers
 * @param subjects says who is charged for a request
 */
record VertxQuota(QuotaHttp http, Function<RoutingContext, Subject> subjects) {

  /** Charges each request before the next handler of its route runs. */
  Handler<RoutingContext> metered(Endpoint endpoint) {
    return ctx -> {
      Facts facts = new Facts(ctx, endpoint, subjects.apply(ctx));
      then(ctx, http.beginAsync(facts), begun -> goOn(begun, facts));
    };
  }

  /** Goes on in the event loop of the request, and fails the request if the stage fails. */
  private static <T> void then(RoutingContext ctx, CompletionStage<T> stage, Consumer<T> next) {
    // A body that nobody reads meanwhile would be lost.
    HttpServerRequest request = ctx.request().pause();
    Future<T> unused =
        Future.fromCompletionStage(stage, ctx.vertx().getOrCreateContext())
            .onSuccess(next::accept)
            .onFailure(ctx::fail)
            .onComplete(it -> request.resume());
  }

  private void goOn(Begun begun, Facts facts) {
    if (begun instanceof Refuse refuse) {
      write(refuse.answer(), facts.ctx);
    } else if (begun instanceof Proceed proceed) {
      RoutingContext ctx = facts.ctx;
      ChargeHeaders headers = http.headersOf(proceed, facts);
      // This is called when the last byte is sent, and if the client leaves.
      ctx.addEndHandler(
          sent -> {
            int status = ctx.response().getStatusCode();
            RequestEnd end = sent.succeeded() ? http.endOf(status) : RequestEnd.CUT_SHORT;
            CompletionStage<Void> unused = proceed.exchange().endAsync(end);
          });
      Optional<Answer> reused = identify(proceed.exchange(), facts);
      if (reused.isPresent()) {
        write(reused.get(), ctx);
      } else {
        int unused =
            ctx.addHeadersEndHandler(
                it -> headers.writeTo(new Headers(ctx.response()), ctx.response().getStatusCode()));
        ctx.put(Exchange.class.getName(), proceed.exchange()).next();
      }
    }
  }

  /** Compares a request that has an Idempotency-Key with the first one. Needs a BodyHandler. */
  private static Optional<Answer> identify(Exchange exchange, Facts facts) {
    return exchange
        .key()
        .flatMap(
            key -> {
              Buffer body = Objects.requireNonNullElse(facts.ctx.body().buffer(), Buffer.buffer());
              int length = Math.min(body.length(), RequestFingerprint.LONGEST_COMPARED);
              return key.identify(RequestFingerprint.of(facts, body.getBytes(0, length)));
            });
  }

  /** Returns what a handler can ask and say about its charge. */
  static Exchange exchange(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.<Exchange>get(Exchange.class.getName()));
  }

  private record Headers(HttpServerResponse response) implements AnswerHeaders {

    @Override
    public Collection<String> names() {
      return response.headers().names();
    }

    @Override
    public List<String> values(String name) {
      return List.copyOf(response.headers().getAll(name));
    }

    @Override
    public void set(String name, String value) {
      response.headers().set(name, value);
    }

    @Override
    public void add(String name, String value) {
      response.headers().add(name, value);
    }
  }

  /** Sends an answer of ours in the place of the handler's. */
  static void write(Answer answer, RoutingContext ctx) {
    HttpServerResponse response = ctx.response().setStatusCode(answer.status());
    answer.writeHeaders(new Headers(response));
    Content content = answer.content();
    Future<Void> unused;
    if (content.type().isEmpty()) {
      unused = response.end();
    } else {
      content.headers().forEach(response::putHeader);
      response.putHeader("Content-Type", content.type());
      // Vert.x does not tell the length to HEAD by itself.
      response.putHeader("Content-Length", String.valueOf(content.bytes().length));
      unused = response.end(Buffer.buffer(content.bytes()));
    }
  }

  /** Adds the state endpoints and the files of the web component. */
  void addState(Router router, String base) {
    for (String path : List.of(base, base + "/*")) {
      router
          .route(path)
          .method(HttpMethod.GET)
          .method(HttpMethod.HEAD)
          .handler(
              ctx -> {
                String asked = ctx.normalizedPath().substring(base.length());
                Facts facts = new Facts(ctx, Endpoint.FREE, subjects.apply(ctx));
                then(ctx, http.stateAsync(asked, facts), answer -> write(answer, ctx));
              });
      router
          .options(path)
          .handler(ctx -> ctx.response().putHeader("Allow", "GET, HEAD, OPTIONS").end());
    }
  }

  /** What a request is. */
  private record Facts(RoutingContext ctx, Endpoint endpoint, Subject subject)
      implements RequestFacts, StateFacts {

    @Override
    public String method() {
      return ctx.request().method().name();
    }

    @Override
    public List<String> headers(String name) {
      return List.copyOf(ctx.request().headers().getAll(name));
    }

    @Override
    public String authority() {
      return header("Host").orElse("");
    }

    @Override
    public String target() {
      return ctx.request().uri();
    }

    @Override
    public boolean allowsOtherOrigins() {
      return ctx.response().headers().contains("Access-Control-Allow-Origin");
    }

    @Override
    public String route() {
      return method() + " " + ctx.normalizedPath();
    }

    @Override
    public ErrorFormat errors() {
      return endpoint.errors();
    }

    @Override
    public List<Charge> charges(Policies policies) {
      return endpoint.charges(this, policies);
    }

    @Override
    public boolean idempotent() {
      return endpoint.idempotent();
    }

    @Override
    public boolean keyRequired() {
      return endpoint.keyRequired();
    }
  }
}
