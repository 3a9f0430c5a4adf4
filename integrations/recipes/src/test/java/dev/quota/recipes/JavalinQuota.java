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
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Meters handlers of Javalin.
 *
 * @param http answers
 * @param subjects says who is charged for a request
 */
record JavalinQuota(QuotaHttp http, Function<Context, Subject> subjects) {

  /** Charges each request before the handler runs. */
  Handler metered(Endpoint endpoint, Handler handler) {
    return ctx -> {
      Facts facts = new Facts(ctx, endpoint, subjects.apply(ctx));
      Begun begun = http.begin(facts);
      if (begun instanceof Refuse refuse) {
        write(refuse.answer(), ctx);
      } else if (begun instanceof Proceed proceed) {
        Optional<Answer> reused = identify(proceed.exchange(), facts);
        if (reused.isPresent()) {
          write(reused.get(), ctx);
        } else {
          run(proceed, facts, handler);
        }
      }
    };
  }

  /** Compares a request that has an Idempotency-Key with the first one that had it. */
  private static Optional<Answer> identify(Exchange exchange, Facts facts) {
    return exchange
        .key()
        .flatMap(
            key -> {
              byte[] body = facts.ctx.bodyAsBytes();
              int length = Math.min(body.length, RequestFingerprint.LONGEST_COMPARED);
              return key.identify(RequestFingerprint.of(facts, Arrays.copyOf(body, length)));
            });
  }

  private void run(Proceed proceed, Facts facts, Handler handler) throws Exception {
    Context ctx = facts.ctx;
    ctx.attribute(Exchange.class.getName(), proceed.exchange());
    ChargeHeaders headers = http.headersOf(proceed, facts);
    RequestEnd end = RequestEnd.FAILED;
    try {
      handler.handle(ctx);
      end = http.endOf(ctx.statusCode());
      // Javalin sends nothing before the last handler has returned.
      headers.writeTo(new ResponseHeaders(ctx.res()), ctx.statusCode());
    } catch (HttpResponseException e) {
      end = http.endOf(e.getStatus());
      throw e;
    } finally {
      proceed.exchange().end(end);
    }
  }

  /** Returns what a handler can ask and say about its charge. */
  static Exchange exchange(Context ctx) {
    return Objects.requireNonNull(ctx.<Exchange>attribute(Exchange.class.getName()));
  }

  private record ResponseHeaders(HttpServletResponse response) implements AnswerHeaders {

    @Override
    public Collection<String> names() {
      return response.getHeaderNames();
    }

    @Override
    public List<String> values(String name) {
      return List.copyOf(response.getHeaders(name));
    }

    @Override
    public void set(String name, String value) {
      response.setHeader(name, value);
    }

    @Override
    public void add(String name, String value) {
      response.addHeader(name, value);
    }
  }

  /** Sends an answer of ours in the place of the handler's. */
  static void write(Answer answer, Context ctx) {
    ctx.status(answer.status());
    answer.writeHeaders(new ResponseHeaders(ctx.res()));
    Content content = answer.content();
    if (!content.type().isEmpty()) {
      content.headers().forEach(ctx::header);
      ctx.contentType(content.type()).result(content.bytes());
      ctx.res().setContentLength(content.bytes().length);
    }
  }

  /** Adds the state endpoints and the files of the web component. */
  void addState(RoutesConfig routes, String base) {
    Handler state =
        ctx -> {
          String path = Objects.toString(ctx.req().getPathInfo(), "").substring(base.length());
          write(http.state(path, new Facts(ctx, Endpoint.FREE, subjects.apply(ctx))), ctx);
        };
    for (String path : List.of(base, base + "/<path>")) {
      routes.get(path, state);
      routes.head(path, state);
      routes.options(path, ctx -> ctx.header("Allow", "GET, HEAD, OPTIONS"));
    }
  }

  /** What a request is. */
  private record Facts(Context ctx, Endpoint endpoint, Subject subject)
      implements RequestFacts, StateFacts {

    @Override
    public String method() {
      return ctx.req().getMethod();
    }

    @Override
    public List<String> headers(String name) {
      return new ArrayList<>(Collections.list(ctx.req().getHeaders(name)));
    }

    @Override
    public String authority() {
      return header("Host").orElse("");
    }

    @Override
    public String target() {
      String query = ctx.queryString();
      return ctx.req().getRequestURI() + (query == null ? "" : "?" + query);
    }

    @Override
    public boolean allowsOtherOrigins() {
      return ctx.res().containsHeader("Access-Control-Allow-Origin");
    }

    @Override
    public String route() {
      return method() + " " + ctx.contextPath() + ctx.req().getPathInfo();
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
