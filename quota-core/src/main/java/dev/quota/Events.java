package dev.quota;

import dev.quota.policy.Threshold;
import dev.quota.spi.Hold;
import dev.quota.store.QuotaStoreException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Publishes events to the listeners. What a listener throws is logged and changes no decision.
 * Without listeners no event is made. Thread-safe.
 */
final class Events {

  private static final System.Logger LOG = System.getLogger(Events.class.getName());

  private final List<QuotaListener> listeners;

  Events(List<QuotaListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** Makes the event of what a decision took of one quota. */
  @FunctionalInterface
  private interface Taking {
    QuotaEvent event(
        Subject subject,
        QuotaState state,
        long units,
        Decision.Allowed decision,
        QuotaEvent.Reason reason);
  }

  /** Publishes a charge that was allowed. */
  void allowed(Decided decided) {
    taken(decided, QuotaEvent.Charged::new);
  }

  /** Publishes a reservation. */
  void reserved(Decided decided) {
    taken(decided, QuotaEvent.Reserved::new);
  }

  private void taken(Decided decided, Taking taking) {
    if (listeners.isEmpty() || !(decided.decision() instanceof Decision.Allowed decision)) {
      return;
    }
    Request request = decided.request();
    for (QuotaState state : decided.replaced()) {
      QuotaEvent.Reason reason = Reasons.ofReplaced(request, state);
      publish(taking.event(request.subject(), state, 0, decision, reason));
    }
    for (int i = 0; i < request.size(); i++) {
      if (request.cost(i) > 0) {
        QuotaState state = decided.states().quotas().get(i);
        QuotaEvent.Reason reason = Reasons.ofAllowed(decided, i);
        publish(taking.event(request.subject(), state, decided.taken(i), decision, reason));
        if (decided.taken(i) > 0) {
          crossed(request.subject(), state);
        }
        shadow(decided, i, decision);
      }
    }
  }

  /** Publishes what limits in shadow mode would have done to an allowed line. */
  private void shadow(Decided decided, int line, Decision.Allowed decision) {
    Request request = decided.request();
    Answer answer = decided.answer();
    if (answer != null && Shadow.isShort(request, line, answer)) {
      QuotaState state = decided.states().quotas().get(line).shadow().orElseThrow();
      QuotaEvent.Reason reason = Reasons.ofShadow(request.line(line).quota(), state);
      publish(new QuotaEvent.ShadowRefused(request.subject(), state, decision, reason));
    }
  }

  /** Publishes each quota that refused. */
  void denied(Decision decision) {
    if (listeners.isEmpty()) {
      return;
    }
    Subject subject = decision.states().subject();
    for (QuotaState state : decision.states().quotas()) {
      if (!state.allowed()) {
        QuotaEvent.Reason reason = Reasons.ofRefusal(decision, state);
        publish(new QuotaEvent.Refused(subject, state, decision, reason));
      }
    }
  }

  /** Publishes what a reservation took beyond its estimate. */
  void grown(Subject subject, QuotaState state, long more) {
    if (!listeners.isEmpty()) {
      publish(new QuotaEvent.ReservationGrown(subject, state, more));
      crossed(subject, state);
    }
  }

  void settled(Subject subject, QuotaState state, Settled settled) {
    if (!listeners.isEmpty()) {
      publish(new QuotaEvent.ReservationSettled(subject, state, settled));
      crossed(subject, state);
    }
  }

  void granted(Subject subject, QuotaState state, long units, String reason) {
    if (!listeners.isEmpty()) {
      publish(new QuotaEvent.Granted(subject, state, units, reason));
    }
  }

  void reset(Subject subject, QuotaState state, String reason) {
    if (!listeners.isEmpty()) {
      publish(new QuotaEvent.Reset(subject, state, reason));
    }
  }

  private void crossed(Subject subject, QuotaState state) {
    crossed(state, false, (it, at) -> new QuotaEvent.ThresholdCrossed(subject, state, it, at));
    if (state.shadow().isPresent()) {
      QuotaState shadow = state.shadow().get();
      crossed(
          shadow, true, (it, at) -> new QuotaEvent.ShadowThresholdCrossed(subject, shadow, it, at));
    }
  }

  private void crossed(
      QuotaState state, boolean shadow, BiFunction<LimitState, Threshold, QuotaEvent> event) {
    for (LimitState limit : state.limits()) {
      for (Threshold threshold : limit.thresholds()) {
        if (limit.resolved().shadow == shadow && limit.crossedJustNow(threshold)) {
          publish(event.apply(limit, threshold));
        }
      }
    }
  }

  /** Publishes the failure of the store for each quota that it counts. */
  void storeFailed(Request request, QuotaSnapshot states, QuotaStoreException failure) {
    if (listeners.isEmpty()) {
      return;
    }
    for (int i = 0; i < states.quotas().size(); i++) {
      if (request.line(i).isCounted()) {
        publish(new QuotaEvent.StoreFailed(request.subject(), states.quotas().get(i), failure));
      }
    }
  }

  /**
   * Publishes the refund of a charge.
   *
   * @param returned the holds of which at least one window was refunded
   */
  void refunded(Receipt receipt, List<Hold> returned, Instant at) {
    if (listeners.isEmpty()) {
      return;
    }
    Set<String> quotas = new LinkedHashSet<>();
    returned.forEach(hold -> quotas.add(EntryKey.quotaOf(hold.key())));
    for (String quota : quotas) {
      long units = receipt.units(quota);
      publish(
          new QuotaEvent.Refunded(
              receipt.subject(), quota, units, receipt.plan(), receipt.policyVersion(), at));
    }
  }

  /** Publishes the refund of a reservation. */
  void refunded(Subject subject, QuotaState state, long units) {
    if (!listeners.isEmpty()) {
      publish(
          new QuotaEvent.Refunded(
              subject, state.name(), units, state.plan(), state.policyVersion(), state.now()));
    }
  }

  private void publish(QuotaEvent event) {
    for (QuotaListener listener : listeners) {
      try {
        listener.on(event);
      } catch (VirtualMachineError e) {
        throw e;
      } catch (Throwable e) { // The charge is made already. A listener must not make it fail.
        LOG.log(
            System.Logger.Level.ERROR,
            "Listener " + listener.getClass().getName() + " failed; the decision stands.",
            e);
      }
    }
  }
}
