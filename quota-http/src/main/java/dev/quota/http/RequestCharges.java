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
 * What one request was charged at all the endpoints that it reached, so that each quota is charged
 * once. A stack whose requests reach one endpoint needs none. Safe for use by several threads.
 */
public final class RequestCharges {

  /** Names of quotas, replaced as a whole. There are one or two, so no set is needed. */
  private volatile List<String> charged = List.of();

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
    return charged.contains(quota);
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
   * Notes that the request reaches a charged endpoint; how the first one refuses, all refuse.
   *
   * @param format the shape of its refusals
   */
  public synchronized void meet(ErrorFormat format) {
    if (errors == null) {
      errors = format;
    }
  }

  /**
   * Returns the shape of refusals at the first charged endpoint: the one that was called.
   *
   * @return the shape
   */
  public ErrorFormat errors() {
    ErrorFormat met = errors;
    return met == null ? ErrorFormat.PROBLEM : met;
  }

  /**
   * Returns who was charged before in this request.
   *
   * @return the subject; empty before the first charge
   */
  public Optional<Subject> subject() {
    QuotaSnapshot known = states;
    return known == null ? Optional.empty() : Optional.of(known.subject());
  }

  /** What was charged so far has ended; headers speak of the next charge alone. */
  public synchronized void startOver() {
    over = true;
  }

  /** Returns the conversation of the request; empty if the application alone knows of one. */
  Optional<Opening> opening() {
    return opening;
  }

  void open(Opening conversation) {
    opening = Optional.of(conversation);
  }

  /** Adds what was charged; what costs nothing was not charged, and can be later. */
  synchronized void add(List<Charge> charges, Decision.Allowed allowed, boolean withKey) {
    if (over) {
      states = null;
      over = false;
    }
    // The key of a request is that of the first endpoint that takes it.
    keyed = keyed || withKey;
    boolean any = false;
    // Indices, because each request comes by here and an iterator is garbage.
    for (int i = 0; i < charges.size(); i++) {
      Charge charge = charges.get(i);
      if (charge.cost() > 0) {
        any = true;
        note(charge.quota());
      }
    }
    if (any) {
      // One that a quota degraded to is charged as well.
      List<QuotaState> all = allowed.states().quotas();
      for (int i = 0; i < all.size(); i++) {
        if (!isAsked(charges, all.get(i).name())) {
          note(all.get(i).name());
        }
      }
    }
  }

  private static boolean isAsked(List<Charge> charges, String quota) {
    for (int i = 0; i < charges.size(); i++) {
      if (charges.get(i).quota().equals(quota)) {
        return true;
      }
    }
    return false;
  }

  private void note(String quota) {
    if (charged.isEmpty()) {
      charged = List.of(quota);
    } else if (!charged.contains(quota)) {
      List<String> more = new ArrayList<>(charged);
      more.add(quota);
      charged = List.copyOf(more);
    }
  }

  /** Returns the latest states of all quotas of this request, after some became later ones. */
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
