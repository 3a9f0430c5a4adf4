package dev.quota.http.internal.call;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.Idempotency;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Receipt;
import dev.quota.Reservation;
import dev.quota.ReserveRequest;
import dev.quota.Subject;
import java.util.List;
import java.util.Optional;

/** Calls that wait for their result. Exceptions of the engine are thrown directly. */
public record BlockingCalls(Quotas quotas) implements Calls<Reservation> {

  private static final Eventual<Boolean> OVER = Eventual.done(true);

  @Override
  public Calls<Reservation> at(Quotas other) {
    return new BlockingCalls(other);
  }

  @Override
  public Eventual<Decision> charge(
      Subject subject, List<Charge> charges, Optional<Idempotency> once) {
    return Eventual.done(
        once.isPresent()
            ? quotas.charge(subject, charges, once.get())
            : quotas.charge(subject, charges));
  }

  @Override
  public Eventual<Decision> chargeConversation(Subject subject, Charge charge) {
    return Eventual.done(quotas.chargeConversation(subject, charge));
  }

  @Override
  public Eventual<Boolean> refund(Receipt receipt) {
    return Eventual.done(quotas.refund(receipt));
  }

  @Override
  public Eventual<Boolean> finish(Receipt receipt) {
    quotas.finish(receipt);
    return OVER;
  }

  @Override
  public Eventual<QuotaSnapshot> states(Subject subject) {
    return Eventual.done(quotas.states(subject));
  }

  @Override
  public Eventual<QuotaSnapshot> states(Subject subject, List<String> names) {
    return Eventual.done(quotas.states(subject, names));
  }

  @Override
  public Eventual<QuotaSnapshot> check(Subject subject, String quota, long cost) {
    return Eventual.done(quotas.check(subject, quota, cost));
  }

  @Override
  public Eventual<Reservation> reserve(Subject subject, String quota, long estimate) {
    return Eventual.done(quotas.reserve(subject, quota, estimate));
  }

  @Override
  public Eventual<Reservation> reserve(ReserveRequest request) {
    return Eventual.done(quotas.reserve(request));
  }

  @Override
  public Decision decision(Reservation reservation) {
    return reservation.decision();
  }

  @Override
  public Eventual<Boolean> refund(Reservation reservation) {
    return Eventual.done(reservation.refund());
  }

  @Override
  public Eventual<Boolean> close(Reservation reservation) {
    reservation.close();
    return Eventual.done(true);
  }
}
