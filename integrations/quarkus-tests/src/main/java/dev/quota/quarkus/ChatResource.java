package dev.quota.quarkus;

import dev.quota.Quota;
import dev.quota.jaxrs.QuotaExchange;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers at once, later, or not at all. */
@Path("/chat")
public class ChatResource {

  @GET
  @Quota("chat")
  public String chat() {
    return "answer";
  }

  @GET
  @Path("later")
  @Quota("chat")
  public CompletionStage<String> later() {
    return CompletableFuture.supplyAsync(() -> "later");
  }

  @GET
  @Path("fails")
  @Quota("chat")
  public String fails() {
    throw new IllegalStateException("broken");
  }

  @GET
  @Path("refunds")
  @Quota("chat")
  public String refunds(@Context QuotaExchange exchange) {
    return exchange.subject().kind() + " " + exchange.refund();
  }

  @GET
  @Path("free")
  public String free() {
    return "free";
  }
}
