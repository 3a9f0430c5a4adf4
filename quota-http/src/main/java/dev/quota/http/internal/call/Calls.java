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
 * The calls of an engine, in one form for blocking and asynchronous use. Implementations are
 * thread-safe.
 *
 * @param <R> the handle of a reservation
 */
public interface Calls<R> {

  /** Returns the same form of calls of another engine. */
  Calls<R> at(Quotas other);

  Eventual<Decision> charge(Subject subject, List<Charge> charges, Optional<Idempotency> once);

  Eventual<Decision> chargeConversation(Subject subject, Charge charge);

  Eventual<Boolean> refund(Receipt receipt);

  /** Releases the permits of a charge. Always true. */
  Eventual<Boolean> finish(Receipt receipt);

  Eventual<QuotaSnapshot> states(Subject subject);

  Eventual<QuotaSnapshot> states(Subject subject, List<String> quotas);

  Eventual<QuotaSnapshot> check(Subject subject, String quota, long cost);

  Eventual<R> reserve(Subject subject, String quota, long estimate);

  Eventual<R> reserve(ReserveRequest request);

  Decision decision(R reservation);

  Eventual<Boolean> refund(R reservation);

  /** Closes a reservation. Always true. */
  Eventual<Boolean> close(R reservation);
}
