package dev.quota.jaxrs;

import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.Reservation;
import dev.quota.http.ReservationNotices;
import dev.quota.http.request.RequestView;
import dev.quota.httptests.Asked;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The application of the record of all stacks. */
final class RecordedResources {

  static final Class<?>[] USUAL = {
    OtherOrigins.class,
    Open.class,
    Smart.class,
    Tokens.class,
    Keyed.class,
    Chat.class,
    ThreeChats.class,
    Ping.class,
    Both.class,
    Week.class,
    RollingDay.class,
    Image.class,
    Sized.class,
    Upload.class,
    Spend.class,
    Team.class,
    Routed.class,
    Huge.class,
    KeyDemanded.class,
    AwayDeny.class,
    AwayAllow.class,
    AwayLocal.class
  };

  static final Class<?>[] WITH_CONVERSATIONS = {
    OtherOrigins.class, Open.class, Chat.class, Keyed.class, Agents.class, SevenUnits.class
  };

  private RecordedResources() {}

  /** What the application says of origins and caches, whoever answers. */
  public static final class OtherOrigins implements ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
      if (request.getHeaderString("Origin") != null) {
        response.getHeaders().putSingle("Access-Control-Allow-Origin", "https://shop.example");
      }
      if (request.getHeaderString("X-Cdn") != null) {
        response.getHeaders().putSingle("CDN-Cache-Control", "max-age=60");
      }
    }
  }

  private static Optional<String> parameter(UriInfo uri, String name) {
    return Optional.ofNullable(uri.getQueryParameters().getFirst(name));
  }

  /** Does what the request asks for, and answers. */
  public abstract static class AskedResource {

    @GET
    public Response get(
        @Context QuotaExchange exchange, @Context UriInfo uri, @Context HttpHeaders headers) {
      return answer(exchange, uri, headers);
    }

    @POST
    public Response post(
        @Context QuotaExchange exchange, @Context UriInfo uri, @Context HttpHeaders headers) {
      return answer(exchange, uri, headers);
    }

    Response answer(QuotaExchange exchange, UriInfo uri, HttpHeaders headers) {
      return RecordedResources.answer(exchange, uri, headers, text(exchange, uri));
    }

    String text(QuotaExchange exchange, UriInfo uri) {
      return "done";
    }
  }

  private static Response answer(
      @Nullable QuotaExchange exchange, UriInfo uri, HttpHeaders headers, String text) {
    List<String> lines = headers.getRequestHeader("X-Set");
    Asked asked = Asked.of(name -> parameter(uri, name), lines == null ? List.of() : lines);
    if (asked.refunds() && exchange != null) {
      boolean unused = exchange.refund();
    }
    int status = asked.redirect().isPresent() ? 302 : asked.status().orElse(200);
    Response.ResponseBuilder response = Response.status(status);
    asked.headers().forEach(it -> response.header(it.name(), it.value()));
    asked.redirect().map(URI::create).ifPresent(response::location);
    if (status != 204 && status != 304) {
      response.type(MediaType.TEXT_PLAIN).entity(asked.early().orElse("") + text);
    }
    return response.build();
  }

  @Path("open")
  public static final class Open {
    @GET
    public Response get(@Context UriInfo uri, @Context HttpHeaders headers) {
      return answer(null, uri, headers, "done");
    }

    @POST
    public Response post(@Context UriInfo uri, @Context HttpHeaders headers) {
      return answer(null, uri, headers, "done");
    }
  }

  /** Reads the cost from the address. */
  static final class Size implements CostFunction<RequestView> {
    @Override
    public long costOf(RequestView request) {
      return Long.parseLong(request.parameter("n").orElseThrow());
    }
  }

  @Path("smart")
  @Quota("smart")
  public static final class Smart extends AskedResource {
    @Override
    String text(QuotaExchange exchange, UriInfo uri) {
      return exchange.isDegraded() ? "small model" : "large model";
    }
  }

  @Path("keyed")
  @Quota(value = "chat", idempotent = true)
  public static final class Keyed extends AskedResource {
    @Override
    Response answer(QuotaExchange exchange, UriInfo uri, HttpHeaders headers) {
      return exchange.isRepetition() && parameter(uri, "running").isPresent()
          ? exchange.refusalAsRunning()
          : super.answer(exchange, uri, headers);
    }

    @Override
    String text(QuotaExchange exchange, UriInfo uri) {
      return Asked.keyed(exchange.isRepetition(), exchange.idempotencyId());
    }
  }

  @Path("tokens")
  @Quota(value = "tokens", cost = 0)
  public static final class Tokens extends AskedResource {
    @Override
    Response answer(QuotaExchange exchange, UriInfo uri, HttpHeaders headers) {
      Asked.Tokens asked = Asked.tokens(name -> parameter(uri, name));
      Reservation tokens = exchange.reserve("tokens", asked.reserve());
      if (!tokens.isAllowed()) {
        return exchange.refusal(tokens);
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
      return Response.ok(
              frames.toString().getBytes(StandardCharsets.UTF_8), "text/event-stream;charset=UTF-8")
          .build();
    }
  }

  @Path("agents")
  @Quota("agents")
  public static class Agents extends AskedResource {
    @Override
    String text(QuotaExchange exchange, UriInfo uri) {
      return parameter(uri, "pass-on").isPresent()
          ? exchange.conversationHeader().orElse("none")
          : "done";
    }
  }

  @Path("agents/seven")
  @Quota(value = "agents", cost = 7)
  public static final class SevenUnits extends Agents {}

  @Path("chat")
  @Quota("chat")
  public static final class Chat extends AskedResource {}

  @Path("chat/three")
  @Quota(value = "chat", cost = 3)
  public static final class ThreeChats extends AskedResource {}

  @Path("ping")
  @Quota("ping")
  public static final class Ping extends AskedResource {}

  @Path("both")
  @Quota("ping")
  @Quota("chat")
  public static final class Both extends AskedResource {}

  @Path("week")
  @Quota("week")
  public static final class Week extends AskedResource {}

  @Path("rolling-day")
  @Quota("rolling-day")
  public static final class RollingDay extends AskedResource {}

  @Path("image")
  @Quota("image")
  public static final class Image extends AskedResource {}

  @Path("sized")
  @Quota(value = "image", costFrom = Size.class)
  public static final class Sized extends AskedResource {}

  @Path("upload")
  @Quota("upload")
  public static final class Upload extends AskedResource {}

  @Path("spend")
  @Quota("spend")
  public static final class Spend extends AskedResource {}

  @Path("team")
  @Quota("team-chat")
  public static final class Team extends AskedResource {}

  @Path("routed")
  @Quota("routed")
  public static final class Routed extends AskedResource {}

  @Path("huge")
  @Quota("huge")
  public static final class Huge extends AskedResource {}

  @Path("key-demanded")
  @Quota(value = "chat", idempotent = true, keyRequired = true)
  public static final class KeyDemanded extends AskedResource {}

  @Path("away/deny")
  @Quota("away-deny")
  public static final class AwayDeny extends AskedResource {}

  @Path("away/allow")
  @Quota("away-allow")
  public static final class AwayAllow extends AskedResource {}

  @Path("away/local")
  @Quota("away-local")
  public static final class AwayLocal extends AskedResource {}
}
