package dev.quota.http;

import dev.quota.AsyncReservation;
import dev.quota.ForwardingReservation;
import dev.quota.Settlement;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.request.RequestEnd;
import dev.quota.usage.UsageReport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A reservation of a request, for endpoints that must not wait. Thread-safe. */
final class AsyncExchangeReservation extends ForwardingReservation<AsyncReservation>
    implements AsyncReservation, Owned<AsyncReservation> {

  private static final System.Logger LOG =
      System.getLogger(AsyncExchangeReservation.class.getName());

  private final Runnable touched;
  private final Runnable refunded;

  /**
   * Binds a reservation to its request.
   *
   * @param touched runs when the work uses the reservation
   * @param refunded runs when the reservation is refunded, so that headers must not show it any
   *     more
   */
  AsyncExchangeReservation(AsyncReservation reservation, Runnable touched, Runnable refunded) {
    super(reservation);
    this.touched = touched;
    this.refunded = refunded;
  }

  @Override
  public AsyncReservation handle() {
    return this;
  }

  @Override
  public Eventual<Boolean> end(RequestEnd how) {
    if (reservation().isOver()) {
      return Eventual.done(true);
    }
    return Eventual.attempt(() -> Eventual.of(endOpen(how).thenApply(over -> true)))
        .orElse(IllegalStateException.class, this::endedByEndpoint);
  }

  @Override
  public Eventual<Boolean> endAsync(RequestEnd how) {
    return end(how);
  }

  private CompletionStage<?> endOpen(RequestEnd how) {
    return switch (how) {
      case DELIVERED -> reservation().close();
      case CUT_SHORT -> reservation().settleAsUsed();
      case FAILED -> refund();
    };
  }

  private Eventual<Boolean> endedByEndpoint(IllegalStateException e) {
    if (!reservation().isOver()) {
      return Eventual.failed(e);
    }
    LOG.log(System.Logger.Level.DEBUG, "The endpoint ended a reservation with its request.", e);
    return Eventual.done(true);
  }

  @Override
  public CompletionStage<Void> close() {
    // The end of the request ends it, because the request may still fail.
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Boolean> used(long soFar) {
    touched.run();
    return reservation().used(soFar);
  }

  @Override
  public CompletionStage<Settlement> settle(long actual) {
    return reservation().settle(actual);
  }

  @Override
  public CompletionStage<Settlement> settle(UsageReport report) {
    return reservation().settle(report);
  }

  @Override
  public CompletionStage<Settlement> settleAsUsed() {
    return reservation().settleAsUsed();
  }

  @Override
  public CompletionStage<Boolean> refund() {
    return reservation()
        .refund()
        .thenApply(
            gaveBack -> {
              if (gaveBack) {
                refunded.run();
              }
              return gaveBack;
            });
  }
}
