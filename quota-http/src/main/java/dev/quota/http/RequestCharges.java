package dev.quota.http;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Subject;
import dev.quota.http.internal.conversation.Opening;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one request was charged at all the endpoints that it reached, so that each quota is charged
 * once. A stack whose requests reach one endpoint needs none. Safe for use by several threads.
 */
public final class RequestCharges {

  private final Set<String> charged = new HashSet<>();
  private Optional<QuotaSnapshot> states = Optional.empty();
  private Optional<Opening> opening = Optional.empty();
  private Optional<ErrorFormat> errors = Optional.empty();
  private boolean keyed;
  private boolean over;

  /** Starts without a charge. */
  public RequestCharges() {}

  /**
   * Returns whether the request was charged a quota.
   *
   * @param quota the quota's name
   * @return true if it was
   */
  public synchronized boolean isCharged(String quota) {
    return charged.contains(quota);
  }

  /**
   * Returns whether the request was charged nothing.
   *
   * @return true if it was charged nothing so far
   */
  public synchronized boolean isEmpty() {
    return charged.isEmpty();
  }

  /**
   * Returns whether an endpoint has taken the request's {@code Idempotency-Key} already.
   *
   * @return true if one has
   */
  public synchronized boolean isKeyed() {
    return keyed;
  }

  /**
   * Notes that the request reaches a charged endpoint; how the first one refuses, all refuse.
   *
   * @param format the shape of its refusals
   */
  public synchronized void meet(ErrorFormat format) {
    if (errors.isEmpty()) {
      errors = Optional.of(format);
    }
  }

  /**
   * Returns the shape of refusals at the first charged endpoint: the one that was called.
   *
   * @return the shape
   */
  public synchronized ErrorFormat errors() {
    return errors.orElse(ErrorFormat.PROBLEM);
  }

  /**
   * Returns who was charged before in this request.
   *
   * @return the subject; empty before the first charge
   */
  public synchronized Optional<Subject> subject() {
    return states.map(QuotaSnapshot::subject);
  }

  /** What was charged so far has ended; headers speak of the next charge alone. */
  public synchronized void startOver() {
    over = true;
  }

  /** Returns the conversation of the request; empty if the application alone knows of one. */
  synchronized Optional<Opening> opening() {
    return opening;
  }

  synchronized void open(Opening conversation) {
    opening = Optional.of(conversation);
  }

  /** Adds what was charged; what costs nothing was not charged, and can be later. */
  synchronized void add(List<Charge> charges, Decision.Allowed allowed, boolean withKey) {
    if (over) {
      states = Optional.empty();
      over = false;
    }
    // The key of a request is that of the first endpoint that takes it.
    keyed |= withKey;
    Set<String> asked = new HashSet<>();
    boolean any = false;
    for (Charge charge : charges) {
      asked.add(charge.quota());
      if (charge.cost() > 0) {
        any = true;
        charged.add(charge.quota());
      }
    }
    if (any) {
      // One that a quota degraded to is charged as well.
      allowed.states().quotas().stream()
          .map(QuotaState::name)
          .filter(name -> !asked.contains(name))
          .forEach(charged::add);
    }
  }

  /** Returns the latest states of all quotas of this request, after some became later ones. */
  synchronized QuotaSnapshot merge(QuotaSnapshot later) {
    QuotaSnapshot merged = states.map(before -> merged(before, later)).orElse(later);
    states = Optional.of(merged);
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

  synchronized QuotaSnapshot states() {
    return states.orElseThrow();
  }
}
