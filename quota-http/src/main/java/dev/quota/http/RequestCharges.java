package dev.quota.http;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Subject;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.internal.conversation.Opening;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The charges of one request at all endpoints that it reaches, so that each quota is charged once.
 * A framework whose requests reach only one endpoint does not need it. Thread-safe.
 */
public final class RequestCharges {

  /** What was charged so far, replaced as a whole. A list is enough for one or two quotas. */
  private volatile List<Charge> charged = List.of();

  private volatile @Nullable QuotaSnapshot states;
  private volatile Optional<Opening> opening = Optional.empty();
  private volatile @Nullable ErrorFormat errors;
  private volatile boolean keyed;

  /** Guarded by this object. */
  private boolean over;

  /** Starts without a charge. */
  public RequestCharges() {}

  /**
   * Returns whether the request was charged a quota.
   *
   * @param quota the quota's name
   * @return true if it was
   */
  public boolean isCharged(String quota) {
    List<Charge> soFar = charged;
    for (int i = 0; i < soFar.size(); i++) {
      // Nothing was taken of a quota at a cost of 0.
      if (soFar.get(i).cost() > 0 && soFar.get(i).quota().equals(quota)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether the request was charged nothing.
   *
   * @return true if it was charged nothing so far
   */
  public boolean isEmpty() {
    return charged.isEmpty();
  }

  /**
   * Returns whether an endpoint has taken the request's {@code Idempotency-Key} already.
   *
   * @return true if one has
   */
  public boolean isKeyed() {
    return keyed;
  }

  /**
   * Notes that the request reaches a charged endpoint. The first endpoint sets the format of all
   * refusals.
   *
   * @param format the format of its refusals
   */
  public synchronized void meet(ErrorFormat format) {
    if (errors == null) {
      errors = format;
    }
  }

  /**
   * Returns the format of refusals of the first charged endpoint.
   *
   * @return the format
   */
  public ErrorFormat errors() {
    ErrorFormat met = errors;
    return met == null ? ErrorFormat.PROBLEM : met;
  }

  /**
   * Returns the subject of the earlier charges of this request.
   *
   * @return the subject; empty before the first charge
   */
  public Optional<Subject> subject() {
    QuotaSnapshot known = states;
    return known == null ? Optional.empty() : Optional.of(known.subject());
  }

  /**
   * Forgets the charges so far, because they have ended. Headers then show only the next charge.
   */
  public synchronized void startOver() {
    over = true;
  }

  /**
   * Returns the conversation of the request; empty if there is none, or if the application sets it
   * itself.
   */
  Optional<Opening> opening() {
    return opening;
  }

  void open(Opening conversation) {
    opening = Optional.of(conversation);
  }

  /** Adds charges. A quota with a cost of 0 was not charged and can still be charged later. */
  synchronized void add(List<Charge> charges, Decision.Allowed allowed, boolean withKey) {
    if (over) {
      states = null;
      over = false;
    }
    // The first endpoint that accepts the key of a request has it.
    keyed = keyed || withKey;
    if (!chargesAny(charges)) {
      return;
    }
    note(charges);
    // A quota to which another one degraded is charged too.
    List<QuotaState> all = allowed.states().quotas();
    for (int i = 0; i < all.size(); i++) {
      String quota = all.get(i).name();
      if (!isAsked(charges, quota)) {
        note(List.of(new Charge(quota, 1)));
      }
    }
  }

  // Index loops, because these run in each request and iterators would be garbage.

  private static boolean chargesAny(List<Charge> charges) {
    for (int i = 0; i < charges.size(); i++) {
      if (charges.get(i).cost() > 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAsked(List<Charge> charges, String quota) {
    for (int i = 0; i < charges.size(); i++) {
      if (charges.get(i).quota().equals(quota)) {
        return true;
      }
    }
    return false;
  }

  private void note(List<Charge> more) {
    if (charged.isEmpty()) {
      charged = List.copyOf(more);
    } else {
      List<Charge> all = new ArrayList<>(charged);
      all.addAll(more);
      charged = List.copyOf(all);
    }
  }

  /** Merges later states of some quotas, and returns the states of all quotas of this request. */
  synchronized QuotaSnapshot merge(QuotaSnapshot later) {
    QuotaSnapshot before = states;
    QuotaSnapshot merged = before == null ? later : merged(before, later);
    states = merged;
    return merged;
  }

  private static QuotaSnapshot merged(QuotaSnapshot before, QuotaSnapshot later) {
    Map<String, QuotaState> byName = new LinkedHashMap<>();
    before.quotas().forEach(state -> byName.put(state.name(), state));
    later.quotas().forEach(state -> byName.put(state.name(), state));
    return new QuotaSnapshot(
        later.now(),
        later.subject(),
        later.plan(),
        later.zone(),
        later.zoneSource(),
        List.copyOf(byName.values()));
  }

  QuotaSnapshot states() {
    return Objects.requireNonNull(states, "states");
  }
}
