package dev.quota;

import dev.quota.spi.Hold;
import dev.quota.spi.QuotaListener;
import dev.quota.spi.QuotaStoreException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;

/** Tells the listeners; what they throw is logged and changes no decision. */
final class Events {

  private static final System.Logger LOG = System.getLogger(Events.class.getName());

  private final List<QuotaListener> listeners;

  Events(List<QuotaListener> listeners) {
    this.listeners = listeners;
  }

  void allowed(Request request, QuotaSnapshot states, IntToLongFunction takenOf) {
    if (listeners.isEmpty()) {
      return;
    }
    for (int i = 0; i < states.quotas().size(); i++) {
      QuotaState state = states.quotas().get(i);
      if (request.cost(i) == 0) {
        continue;
      }
      long taken = takenOf.applyAsLong(i);
      tell(listener -> listener.onAllowed(request.subject(), state, taken));
      if (taken > 0) {
        crossed(request.subject(), state);
      }
    }
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
    holds.forEach(hold -> unitsByQuota.put(hold.key().quota(), hold.units()));
    unitsByQuota.forEach(
        (quota, units) -> tell(listener -> listener.onGivenBack(subject, quota, units)));
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
