package dev.quota.http.internal.call;

import dev.quota.AsyncQuotas;
import dev.quota.AsyncReservation;
import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.Idempotency;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Receipt;
import dev.quota.ReserveRequest;
import dev.quota.Subject;
import java.util.List;
import java.util.Optional;

/** Calls with stages. No thread waits. */
public record AsyncCalls(AsyncQuotas quotas) implements Calls<AsyncReservation> {

  @Override
  public Calls<AsyncReservation> at(Quotas other) {
    return new AsyncCalls(other.async());
  }

  @Override
  public Eventual<Decision> charge(
      Subject subject, List<Charge> charges, Optional<Idempotency> once) {
    return Eventual.of(
        once.isPresent()
            ? quotas.charge(subject, charges, once.get())
            : quotas.charge(subject, charges));
  }

  @Override
  public Eventual<Decision> chargeConversation(Subject subject, Charge charge) {
    return Eventual.of(quotas.chargeConversation(subject, charge));
  }

  @Override
  public Eventual<Boolean> refund(Receipt receipt) {
    return Eventual.of(quotas.refund(receipt));
  }

  @Override
  public Eventual<Boolean> finish(Receipt receipt) {
    return Eventual.of(quotas.finish(receipt).thenApply(over -> true));
  }

  @Override
  public Eventual<QuotaSnapshot> states(Subject subject) {
    return Eventual.of(quotas.states(subject));
  }

  @Override
  public Eventual<QuotaSnapshot> states(Subject subject, List<String> names) {
    return Eventual.of(quotas.states(subject, names));
  }

  @Override
  public Eventual<QuotaSnapshot> check(Subject subject, String quota, long cost) {
    return Eventual.of(quotas.check(subject, quota, cost));
  }

  @Override
  public Eventual<AsyncReservation> reserve(Subject subject, String quota, long estimate) {
    return Eventual.of(quotas.reserve(subject, quota, estimate));
  }

  @Override
  public Eventual<AsyncReservation> reserve(ReserveRequest request) {
    return Eventual.of(quotas.reserve(request));
  }

  @Override
  public Decision decision(AsyncReservation reservation) {
    return reservation.decision();
  }

  @Override
  public Eventual<Boolean> refund(AsyncReservation reservation) {
    return Eventual.of(reservation.refund());
  }

  @Override
  public Eventual<Boolean> close(AsyncReservation reservation) {
    return Eventual.of(reservation.close().thenApply(over -> true));
  }
}
