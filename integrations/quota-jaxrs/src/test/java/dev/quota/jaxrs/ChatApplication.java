package dev.quota.jaxrs;

import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.Reservation;
import dev.quota.http.request.RequestView;
import jakarta.annotation.Priority;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The application of the tests. */
final class ChatApplication {

  static final AtomicInteger RUNS = new AtomicInteger();

  static final Class<?>[] CLASSES = {
    Login.class,
    Shop.class,
    Rewriting.class,
    Teapots.class,
    Chat.class,
    Typed.class,
    Contracted.class,
    Derived.class,
    Rooms.class,
    Endings.class,
    Events.class,
    Preflights.class
  };

  private ChatApplication() {}

  /** Signs people in, as a filter of an application would. */
  @Priority(Priorities.AUTHENTICATION)
  public static final class Login implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      String user = request.getHeaderString("X-User");
      SecurityContext before = request.getSecurityContext();
      if (user != null) {
        request.setSecurityContext(new SignedIn(user, before));
      }
      if (request.getHeaderString("X-Denied") != null) {
        throw new ForbiddenException();
      }
    }
  }

  private record SignedIn(String user, SecurityContext before) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
      return () -> user;
    }

    @Override
    public boolean isUserInRole(String role) {
      return false;
    }

    @Override
    public boolean isSecure() {
      return before.isSecure();
    }

    @Override
    public String getAuthenticationScheme() {
      return "X";
    }
  }

  /** Lets pages of one other origin read answers. */
  public static final class Shop implements ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
      if (request.getHeaderString("Origin") != null) {
        response.getHeaders().putSingle("Access-Control-Allow-Origin", "https://shop.example");
      }
      if (request.getUriInfo().getPath().endsWith("filter-throws")) {
        throw new IllegalStateException("the filter is broken");
      }
    }
  }

  /** Changes where a request leads. */
  @PreMatching
  public static final class Rewriting implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      if (request.getUriInfo().getPath().endsWith("rewritten")) {
        request.setRequestUri(request.getUriInfo().getBaseUri().resolve("chat"));
      }
    }
  }

  static final class TeapotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;

    TeapotException(int status) {
      this.status = status;
    }
  }

  public static final class Teapots implements ExceptionMapper<TeapotException> {
    @Override
    public Response toResponse(TeapotException e) {
      if (e.status == 0) {
        throw new IllegalStateException("the mapper is broken");
      }
      return Response.status(e.status).entity("mapped").build();
    }
  }

  @Quota(value = "chat", cost = 2)
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface Expensive {}

  /** Reads the cost from the request. */
  public static final class HeaderCost implements CostFunction<RequestView> {
    @Override
    public long costOf(RequestView request) {
      return request.header("X-Cost").map(Long::parseLong).orElse(1L);
    }
  }

  /** Reads the cost from the stack's own request. */
  public static final class OwnCost implements CostFunction<ContainerRequestContext> {
    @Override
    public long costOf(ContainerRequestContext request) {
      return request.getUriInfo().getQueryParameters().containsKey("large") ? 3 : 1;
    }
  }

  @Path("")
  public static class Chat {

    private static final Map<String, String> STORED = new ConcurrentHashMap<>();

    @GET
    @Path("chat")
    @Quota("chat")
    public String chat() {
      RUNS.incrementAndGet();
      return "answer";
    }

    @POST
    @Path("chat")
    @Quota("chat")
    public String post(String question) {
      RUNS.incrementAndGet();
      return "answer to " + question;
    }

    @GET
    @Path("free")
    public String free() {
      return "free";
    }

    @GET
    @Path("meta")
    @Expensive
    public String meta() {
      return "meta";
    }

    @GET
    @Path("both")
    @Quota("chat")
    @Quota(value = "extra", cost = 2)
    public String both() {
      return "both";
    }

    @GET
    @Path("placed")
    @Quota(value = "placed", limits = "5 per minute")
    public String placed() {
      return "placed";
    }

    @GET
    @Path("uses-placed")
    @Quota("placed")
    public String usesPlaced() {
      return "placed";
    }

    @GET
    @Path("cost-from")
    @Quota(value = "chat", costFrom = HeaderCost.class)
    public String costFrom() {
      return "cost";
    }

    @GET
    @Path("own-cost")
    @Quota(value = "chat", costFrom = OwnCost.class)
    public String ownCost() {
      return "cost";
    }

    @GET
    @Path("exchange")
    @Quota("chat")
    public String exchange(@Context QuotaExchange exchange) {
      boolean refunded = exchange.refund();
      return exchange.subject().kind() + " " + refunded;
    }

    @GET
    @Path("reserves")
    @Quota(value = "tokens", cost = 0)
    public Response reserves(@Context QuotaExchange exchange) {
      Reservation reservation = exchange.reserve("tokens", 400);
      if (!reservation.isAllowed()) {
        return exchange.refusal(reservation);
      }
      reservation.settle(70);
      return Response.ok("done").build();
    }

    @POST
    @Path("idempotent")
    @Quota(value = "chat", idempotent = true)
    public String idempotent(String question, @Context QuotaExchange exchange) {
      String id = exchange.idempotencyId().orElse("none");
      if (exchange.isRepetition()) {
        return "again " + STORED.get(id);
      }
      STORED.put(id, question);
      return "first " + question;
    }

    @Path("located/{id}")
    public Located located() {
      return new Located();
    }

    @Path("unknown-type")
    public Object locatedLate() {
      return new Late();
    }
  }

  public static class Located {
    @GET
    @Quota("chat")
    public String get() {
      return "located";
    }
  }

  public static class Late {
    @GET
    @Quota("chat")
    public String get() {
      return "late";
    }
  }

  @Path("typed")
  @Quota("typed")
  public static class Typed {
    @GET
    @Path("plain")
    public String plain() {
      return "plain";
    }

    @GET
    @Path("double")
    @Quota(value = "typed", cost = 2)
    public String twice() {
      return "double";
    }

    @GET
    @Path("extra")
    @Quota("extra")
    public String extra() {
      return "extra";
    }
  }

  @Path("contract")
  public interface Contract<T> {
    @GET
    @Quota("chat")
    String plain();

    @POST
    @Quota("chat")
    String ask(T question);
  }

  public static final class Contracted implements Contract<String> {
    @Override
    public String plain() {
      return "contract";
    }

    @Override
    public String ask(String question) {
      return question;
    }
  }

  public abstract static class Base {
    @GET
    @Quota("chat")
    public String get() {
      return "base";
    }
  }

  @Path("derived")
  public static final class Derived extends Base {
    @Override
    public String get() {
      return "derived";
    }
  }

  /** Two at once. */
  @Path("rooms")
  @Quota("rooms")
  public static class Rooms {
    static CountDownLatch inside = new CountDownLatch(1);
    static CountDownLatch leave = new CountDownLatch(1);

    @GET
    public String get() throws InterruptedException {
      return "room";
    }

    @GET
    @Path("fails")
    public String fails() {
      throw new IllegalStateException("broken");
    }

    @GET
    @Path("stays")
    public void stays(@Suspended AsyncResponse response) {
      new Thread(
              () -> {
                inside.countDown();
                await(leave);
                response.resume("left");
              })
          .start();
    }
  }

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody came");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All the ways in which a request can end; each reserves 400 and has used 70. */
  @Path("endings")
  @Quota("chat")
  @Quota(value = "tokens", cost = 0)
  public static class Endings {

    private static void use(QuotaExchange exchange) {
      Reservation reservation = exchange.reserve("tokens", 400);
      boolean unused = reservation.used(70);
    }

    @GET
    @Path("answers")
    public String answers(@Context QuotaExchange exchange) {
      use(exchange);
      return "answer";
    }

    @GET
    @Path("nothing")
    public void nothing(@Context QuotaExchange exchange) {
      use(exchange);
    }

    @GET
    @Path("bad-request")
    public Response badRequest(@Context QuotaExchange exchange) {
      use(exchange);
      return Response.status(400).entity("bad").build();
    }

    @GET
    @Path("status")
    public Response status(@Context QuotaExchange exchange) {
      use(exchange);
      return Response.status(502).entity("bad gateway").build();
    }

    @GET
    @Path("throws")
    public String fails(@Context QuotaExchange exchange) {
      use(exchange);
      throw new IllegalStateException("broken");
    }

    @GET
    @Path("throws-checked")
    public String failsChecked(@Context QuotaExchange exchange) throws IOException {
      use(exchange);
      throw new IOException("broken");
    }

    @GET
    @Path("throws-error")
    public String failsWithError(@Context QuotaExchange exchange) {
      use(exchange);
      throw new AssertionError("broken");
    }

    @GET
    @Path("throws-response")
    public String failsWithResponse(@Context QuotaExchange exchange) {
      use(exchange);
      throw new WebApplicationException(503);
    }

    @GET
    @Path("mapped-500")
    public String mapped500(@Context QuotaExchange exchange) {
      use(exchange);
      throw new TeapotException(500);
    }

    @GET
    @Path("mapped-418")
    public String mapped418(@Context QuotaExchange exchange) {
      use(exchange);
      throw new TeapotException(418);
    }

    @GET
    @Path("mapper-throws")
    public String mapperThrows(@Context QuotaExchange exchange) {
      use(exchange);
      throw new TeapotException(0);
    }

    @GET
    @Path("filter-throws")
    public String filterThrows(@Context QuotaExchange exchange) {
      use(exchange);
      return "answer";
    }

    @GET
    @Path("unwritable")
    public Thread unwritable(@Context QuotaExchange exchange) {
      use(exchange);
      return Thread.currentThread();
    }

    @GET
    @Path("resumed")
    public void resumed(@Suspended AsyncResponse response, @Context QuotaExchange exchange) {
      new Thread(
              () -> {
                use(exchange);
                response.resume("resumed");
              })
          .start();
    }

    @GET
    @Path("resumed-with-exception")
    public void failing(@Suspended AsyncResponse response, @Context QuotaExchange exchange) {
      use(exchange);
      new Thread(() -> response.resume(new IllegalStateException("broken"))).start();
    }

    @GET
    @Path("cancelled")
    public void cancelled(@Suspended AsyncResponse response, @Context QuotaExchange exchange) {
      use(exchange);
      new Thread(response::cancel).start();
    }

    @GET
    @Path("times-out")
    public void timesOut(@Suspended AsyncResponse response, @Context QuotaExchange exchange) {
      use(exchange);
      response.setTimeout(50, TimeUnit.MILLISECONDS);
    }

    @GET
    @Path("times-out-handled")
    public void timesOutHandled(
        @Suspended AsyncResponse response, @Context QuotaExchange exchange) {
      use(exchange);
      response.setTimeoutHandler(it -> it.resume("late"));
      response.setTimeout(50, TimeUnit.MILLISECONDS);
    }

    @GET
    @Path("stage")
    public CompletionStage<String> stage(@Context QuotaExchange exchange) {
      return CompletableFuture.supplyAsync(
          () -> {
            use(exchange);
            return "stage";
          });
    }

    @GET
    @Path("stage-fails")
    public CompletionStage<String> stageFails(@Context QuotaExchange exchange) {
      use(exchange);
      return CompletableFuture.supplyAsync(
          () -> {
            throw new IllegalStateException("broken");
          });
    }

    @GET
    @Path("streams")
    public StreamingOutput streams(@Context QuotaExchange exchange) {
      return out -> {
        use(exchange);
        out.write("streamed".getBytes(StandardCharsets.UTF_8));
      };
    }

    @GET
    @Path("stream-fails-at-once")
    public StreamingOutput streamFailsAtOnce(@Context QuotaExchange exchange) {
      return out -> {
        use(exchange);
        throw new IllegalStateException("broken");
      };
    }

    @GET
    @Path("stream-breaks-off")
    public StreamingOutput streamBreaksOff(@Context QuotaExchange exchange) {
      return out -> {
        use(exchange);
        fill(out, 1);
        out.flush();
        throw new IllegalStateException("broken");
      };
    }

    @GET
    @Path("endless")
    public StreamingOutput endless(@Context QuotaExchange exchange) {
      return out -> {
        use(exchange);
        fill(out, 10_000);
      };
    }

    private static void fill(OutputStream out, int chunks) throws IOException {
      for (int i = 0; i < chunks; i++) {
        out.write(new byte[100_000]);
      }
    }
  }

  /** Server-sent events. */
  @Path("events")
  @Quota("chat")
  @Quota(value = "tokens", cost = 0)
  public static class Events {

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void get(@Context SseEventSink sink, @Context Sse sse, @Context QuotaExchange exchange) {
      new Thread(
              () -> {
                Reservation reservation = exchange.reserve("tokens", 400);
                boolean unused = reservation.used(70);
                sink.send(sse.newEvent("one"));
                sink.send(exchange.event(sse, exchange.notices().grace(reservation)));
                sink.send(exchange.event(sse, exchange.notices().settled(reservation.settle(80))));
                sink.close();
              })
          .start();
    }

    @GET
    @Path("at-once")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void atOnce(
        @Context SseEventSink sink, @Context Sse sse, @Context QuotaExchange exchange) {
      Endings.use(exchange);
      sink.send(sse.newEvent("one"));
      sink.close();
    }

    @GET
    @Path("fails")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void fails(
        @Context SseEventSink sink, @Context Sse sse, @Context QuotaExchange exchange) {
      Endings.use(exchange);
      throw new IllegalStateException("broken");
    }

    @GET
    @Path("endless")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void endless(
        @Context SseEventSink sink, @Context Sse sse, @Context QuotaExchange exchange) {
      Endings.use(exchange);
      new Thread(
              () -> {
                try (sink) {
                  for (int i = 0; i < 10_000 && !sink.isClosed(); i++) {
                    sink.send(sse.newEvent("x".repeat(10_000))).toCompletableFuture().join();
                  }
                } catch (RuntimeException e) {
                  RUNS.incrementAndGet(); // the reader has left
                }
              })
          .start();
    }
  }

  @Path("preflights")
  @Quota("chat")
  public static class Preflights {
    @GET
    public String get() {
      return "got";
    }

    @OPTIONS
    public Response options() {
      return Response.noContent().header("Access-Control-Allow-Methods", "GET").build();
    }
  }
}
