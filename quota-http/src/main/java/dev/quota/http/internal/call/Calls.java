package dev.quota.http.internal.call;

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

/**
 * What is asked of an engine. One way waits and has its answer at once; the other has stages.
 * Implementations are safe for use by several threads.
 *
 * @param <R> the handle of a reservation
 */
public interface Calls<R> {

  /** Returns the same way of calling, at another engine. */
  Calls<R> at(Quotas other);

  Eventual<Decision> charge(Subject subject, List<Charge> charges, Optional<Idempotency> once);

  Eventual<Decision> chargeConversation(Subject subject, Charge charge);

  Eventual<Boolean> refund(Receipt receipt);

  /** Frees the permits of a charge; comes to true. */
  Eventual<Boolean> finish(Receipt receipt);

  Eventual<QuotaSnapshot> states(Subject subject);

  Eventual<QuotaSnapshot> states(Subject subject, List<String> quotas);

  Eventual<QuotaSnapshot> check(Subject subject, String quota, long cost);

  Eventual<R> reserve(Subject subject, String quota, long estimate);

  Eventual<R> reserve(ReserveRequest request);

  Decision decision(R reservation);

  Eventual<Boolean> refund(R reservation);

  /** Closes a reservation; comes to true. */
  Eventual<Boolean> close(R reservation);
}
