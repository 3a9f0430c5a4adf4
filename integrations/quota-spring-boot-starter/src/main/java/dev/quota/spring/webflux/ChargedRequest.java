package dev.quota.spring.webflux;

import dev.quota.http.Begun;
import dev.quota.http.ChargeHeaders;
import dev.quota.http.Proceed;
import dev.quota.http.QuotaHttp;
import dev.quota.http.request.RequestEnd;
import dev.quota.spring.method.ReactorCalls;
import dev.quota.store.QuotaStoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** One request to a charged handler, from its charge to its single end. Thread-safe. */
final class ChargedRequest {

  private static final System.Logger LOG = System.getLogger(ChargedRequest.class.getName());

  private final QuotaHttp http;
  private final WebFacts facts;

  // These fields are guarded by this object.
  private @Nullable Proceed proceed;
  private @Nullable ChargeHeaders headers;
  private @Nullable CompletableFuture<Boolean> end;
  private boolean cancelled;

  ChargedRequest(QuotaHttp http, WebFacts facts) {
    this.http = http;
    this.facts = facts;
  }

  /**
   * Charges the request. Cancelling the subscription does not cancel the charge, because it has
   * been sent. The charge is ended when its result is known.
   */
  Mono<Begun> begin() {
    return Mono.deferContextual(
        context ->
            ReactorCalls.resumed(
                ReactorCalls.call(context, () -> http.beginAsync(facts))
                    .thenApply(
                        it -> {
                          note(it);
                          return it;
                        })
                    .toCompletableFuture()));
  }

  private void note(Begun begun) {
    if (begun instanceof Proceed charged) {
      ChargeHeaders about = http.headersOf(charged, facts);
      boolean late;
      synchronized (this) {
        proceed = charged;
        headers = about;
        late = cancelled;
      }
      if (late) {
        CompletableFuture<Boolean> unused = startEnd(RequestEnd.CUT_SHORT);
      }
    }
  }

  /** Notes that the client does not wait for an answer any more. */
  void cancelled() {
    synchronized (this) {
      cancelled = true;
      if (proceed == null) {
        return;
      }
    }
    CompletableFuture<Boolean> unused = startEnd(RequestEnd.CUT_SHORT);
  }

  /** Ends what the request holds, once. Completes when it has ended. */
  Mono<Void> end(RequestEnd how) {
    return Mono.defer(() -> Mono.fromFuture(startEnd(how), true).then());
  }

  /** Ends the request as the status of its answer says. */
  Mono<Void> endAnswered(ServerHttpResponse response) {
    return Mono.defer(() -> end(http.endOf(status(response))));
  }

  RequestEnd endOf(int status) {
    return http.endOf(status);
  }

  private CompletableFuture<Boolean> startEnd(RequestEnd how) {
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    Proceed charged;
    synchronized (this) {
      if (end != null) {
        return end;
      }
      end = over;
      charged = proceed;
    }
    if (charged == null) {
      over.complete(false);
      return over;
    }
    CompletionStage<Void> unused =
        charged
            .exchange()
            .endAsync(how)
            .whenComplete(
                (it, failure) -> {
                  log(failure);
                  over.complete(failure == null);
                });
    return over;
  }

  private static void log(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof QuotaStoreException) {
      // The engine logs the outage. A warning for each request would fill the log.
      LOG.log(System.Logger.Level.DEBUG, "A request could not end what it had charged.", cause);
    } else if (cause != null) {
      LOG.log(System.Logger.Level.WARNING, "A request could not end what it had charged.", cause);
    }
  }

  /** Writes the headers about the charge, when all others are known. */
  void writeHeaders(ServerHttpResponse response) {
    ChargeHeaders charged;
    synchronized (this) {
      charged = headers;
    }
    if (charged != null) {
      charged.writeTo(new ResponseHeaders(response.getHeaders()), status(response));
    }
  }

  private static int status(ServerHttpResponse response) {
    HttpStatusCode status = response.getStatusCode();
    return status == null ? 200 : status.value();
  }
}
