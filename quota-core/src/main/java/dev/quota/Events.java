package dev.quota;

import dev.quota.policy.Threshold;
import dev.quota.spi.Hold;
import dev.quota.spi.QuotaListener;
import dev.quota.spi.QuotaStoreException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Tells the listeners; what they throw is logged and changes no decision. */
final class Events {

  private static final System.Logger LOG = System.getLogger(Events.class.getName());

  private final List<QuotaListener> listeners;

  Events(List<QuotaListener> listeners) {
    this.listeners = listeners;
  }

  void allowed(Decided decided) {
    if (listeners.isEmpty()) {
      return;
    }
    decided
        .replaced()
        .forEach(state -> tell(listener -> listener.onAllowed(decided.subject(), state, 0)));
    each(decided, (listener, state, taken) -> listener.onAllowed(decided.subject(), state, taken));
  }

  /** Tells of what was reserved instead of charged. */
  void reserved(Decided decided) {
    if (listeners.isEmpty()) {
      return;
    }
    decided
        .replaced()
        .forEach(state -> tell(listener -> listener.onReserved(decided.subject(), state, 0)));
    each(decided, (listener, state, taken) -> listener.onReserved(decided.subject(), state, taken));
  }

  @FunctionalInterface
  private interface Taking {
    void tell(QuotaListener listener, QuotaState state, long taken);
  }

  private void each(Decided decided, Taking event) {
    for (int i = 0; i < decided.request().size(); i++) {
      QuotaState state = decided.states().quotas().get(i);
      if (decided.request().cost(i) > 0) {
        long taken = decided.taken(i);
        tell(listener -> event.tell(listener, state, taken));
        if (taken > 0) {
          crossed(decided.subject(), state);
        }
      }
    }
  }

  /** Tells of what a reservation took beyond its estimate. */
  void grown(Subject subject, QuotaState state, long more) {
    tell(listener -> listener.onReserved(subject, state, more));
    crossed(subject, state);
  }

  void settled(Subject subject, QuotaState state, Settled settled) {
    tell(listener -> listener.onSettled(subject, state, settled));
    crossed(subject, state);
  }

  void granted(Subject subject, QuotaState state, long units, String reason) {
    tell(listener -> listener.onGranted(subject, state, units, reason));
  }

  void reset(Subject subject, QuotaState state, String reason) {
    tell(listener -> listener.onReset(subject, state, reason));
  }

  private void crossed(Subject subject, QuotaState state) {
    for (LimitState limit : state.limits()) {
      for (Threshold threshold : limit.thresholds()) {
        if (limit.crossedJustNow(threshold)) {
          tell(listener -> listener.onThresholdCrossed(subject, state, limit, threshold));
        }
      }
    }
  }

  void denied(QuotaSnapshot states) {
    for (QuotaState state : states.quotas()) {
      if (!state.allowed()) {
        tell(listener -> listener.onDenied(states.subject(), state));
      }
    }
  }

  /** Tells of every quota that was to be counted by a store which did not answer. */
  void storeFailed(Request request, QuotaSnapshot states, QuotaStoreException failure) {
    for (int i = 0; i < states.quotas().size(); i++) {
      if (request.line(i).isCounted()) {
        QuotaState state = states.quotas().get(i);
        tell(listener -> listener.onStoreFailure(request.subject(), state, failure));
      }
    }
  }

  void givenBack(Subject subject, List<Hold> holds) {
    Map<String, Long> unitsByQuota = new LinkedHashMap<>();
    holds.stream()
        .filter(hold -> !CallsKey.is(hold.key()))
        .forEach(hold -> unitsByQuota.put(hold.key().quota(), hold.units()));
    unitsByQuota.forEach(
        (quota, units) -> tell(listener -> listener.onGivenBack(subject, quota, units)));
  }

  void givenBack(Subject subject, String quota, long units) {
    tell(listener -> listener.onGivenBack(subject, quota, units));
  }

  private void tell(Consumer<QuotaListener> event) {
    for (QuotaListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        LOG.log(
            System.Logger.Level.ERROR,
            "Listener " + listener.getClass().getName() + " failed; the decision stands.",
            e);
      }
    }
  }
}
