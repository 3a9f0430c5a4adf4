package dev.quota.http.internal.conversation;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Receipt;
import dev.quota.Subject;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.store.Accuracy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores nothing of a conversation until its id comes back in a second request. Until then, the
 * signed header has the charges of the first request. They are counted on the conversation when the
 * header is sent on. Thread-safe.
 */
public final class Openings {

  private final Quotas quotas;
  private final Beginnings beginnings;

  public Openings(Quotas quotas, Beginnings beginnings) {
    this.quotas = quotas;
    this.beginnings = beginnings;
  }

  /**
   * Returns whether charges can be decided without the conversation: each fits into a new one, and
   * none would degrade to another quota that counts on it.
   */
  public boolean mayWait(Opening opening, List<Charge> charges, boolean once) {
    Policies policies = quotas.policies();
    if (once && charges.stream().anyMatch(charge -> concerns(charge.quota(), policies))) {
      // Only the store can distinguish a repetition from the first request.
      return false;
    }
    return opening.hasRoomFor(charges.size())
        && charges.stream()
            .allMatch(charge -> fitsNew(charge.quota(), summed(charge.quota(), charges), policies));
  }

  private static long summed(String quota, List<Charge> charges) {
    // The loop ends before the sum can overflow.
    long sum = 0;
    for (Charge charge : charges) {
      sum += charge.quota().equals(quota) ? charge.cost() : 0;
      if (sum > Capacity.MAX_UNITS) {
        return sum;
      }
    }
    return sum;
  }

  private static boolean fitsNew(String name, long cost, Policies policies) {
    QuotaPolicy quota = policies.quotas().get(name);
    // The engine reports an unknown quota.
    if (quota == null || cost == 0) {
      return true;
    }
    if (quota.degradeTo().isPresent()) {
      return !concerns(name, policies);
    }
    return quota.limits().stream()
        .filter(limit -> Conversations.counts(quota, limit))
        .allMatch(limit -> fitsNew(quota, limit, cost));
  }

  private static boolean fitsNew(QuotaPolicy quota, LimitPolicy limit, long cost) {
    if (!(limit.window() instanceof LimitWindow.Conversation conversation)) {
      return false;
    }
    long counted = conversation.counted() == LimitWindow.Conversation.Counted.CALLS ? 1 : cost;
    // Checked for all plans. If it does not fit one of them, the engine decides.
    return Stream.concat(
            Stream.of(limit.capacity()),
            quota.planCapacities().values().stream()
                .map(capacities -> capacities.getOrDefault(limit.name(), limit.capacity())))
        .allMatch(it -> !(it instanceof Capacity.Limited limited) || limited.units() >= counted);
  }

  /** Returns whether a quota, or the one that it degrades to, counts on conversations. */
  private static boolean concerns(String name, Policies policies) {
    QuotaPolicy quota = policies.quotas().get(name);
    return quota != null
        && (counts(quota)
            || quota.degradeTo().map(policies.quotas()::get).filter(Openings::counts).isPresent());
  }

  /** Notes charges that were made without the conversation. */
  public void took(Opening opening, Decision.Allowed allowed, List<Charge> charges) {
    Policies policies = quotas.policies();
    opening.take(
        allowed.receipt(),
        charges.stream()
            .filter(charge -> charge.cost() > 0)
            .filter(charge -> counts(policies.quotas().get(charge.quota())))
            .toList());
  }

  private static boolean counts(@Nullable QuotaPolicy quota) {
    return quota != null && Conversations.counts(quota);
  }

  /**
   * Begins to count on a conversation, including the waiting charges. Returns the refusal if the
   * subject began too many.
   */
  public Eventual<Optional<Decision>> begin(Calls<?> calls, Opening opening, Subject subject) {
    if (opening.isBegun()) {
      return Eventual.done(Optional.empty());
    }
    // Counted in this process, so that it does not block.
    Optional<Decision> tooMany = beginnings.begin(subject, opening.id());
    return tooMany.isPresent()
        ? Eventual.done(tooMany)
        : count(calls, opening, subject).map(over -> Optional.empty());
  }

  /**
   * Like {@link #begin}, for a reservation. Returns a refused reservation if there were too many.
   */
  public <R> Eventual<Optional<R>> reserve(
      Calls<R> calls, Opening opening, Subject subject, String quota) {
    if (!concerns(quota, quotas.policies())) {
      return Eventual.done(Optional.empty());
    }
    return begin(calls, opening, subject)
        .then(
            tooMany ->
                tooMany.isEmpty()
                    ? Eventual.done(Optional.empty())
                    : reserveBeginning(calls, opening, subject));
  }

  private <R> Eventual<Optional<R>> reserveBeginning(
      Calls<R> calls, Opening opening, Subject subject) {
    return beginnings
        .reserve(calls, subject)
        .then(
            beginning ->
                calls.decision(beginning).isAllowed()
                    ? calls
                        .close(beginning)
                        .then(over -> count(calls, opening, subject))
                        .map(over -> Optional.empty())
                    : Eventual.done(Optional.of(beginning)));
  }

  /**
   * Counts the waiting charges, one after the other. A charge that cannot be counted now still
   * waits.
   */
  private Eventual<Boolean> count(Calls<?> calls, Opening opening, Subject subject) {
    opening.begin();
    Subject who = opening.with(subject);
    Eventual<Boolean> counted = Eventual.done(true);
    for (Opening.Taken taken : opening.waiting()) {
      // Another service may know a quota that this one does not.
      if (quotas.policies().quotas().containsKey(taken.charge().quota())) {
        counted = counted.then(before -> count(calls, opening, who, taken));
      }
    }
    return counted;
  }

  private static Eventual<Boolean> count(
      Calls<?> calls, Opening opening, Subject who, Opening.Taken taken) {
    return calls
        .chargeConversation(who, taken.charge())
        .then(
            decision ->
                decision instanceof Decision.Allowed allowed
                        && isExact(allowed)
                        && !opening.counted(taken, allowed.receipt())
                    ? calls.refund(allowed.receipt())
                    : Eventual.done(true));
  }

  private static boolean isExact(Decision.Allowed allowed) {
    return allowed.states().quotas().stream()
        .map(QuotaState::accuracy)
        .allMatch(Accuracy.EXACT::equals);
  }

  /** Refunds the counts of a charge that was refunded. False if there are none. */
  public Eventual<Boolean> refund(Calls<?> calls, Opening opening, Receipt receipt) {
    Optional<List<Receipt>> forgotten = opening.forget(receipt);
    Eventual<Boolean> refunded = Eventual.done(forgotten.isPresent());
    for (Receipt counted : forgotten.orElse(List.of())) {
      refunded = refunded.then(before -> calls.refund(counted).map(it -> true));
    }
    return refunded;
  }
}
