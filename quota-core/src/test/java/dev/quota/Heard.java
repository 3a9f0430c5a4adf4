package dev.quota;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes down what a listener hears. */
final class Heard implements QuotaListener {

  private final boolean withAccuracy;

  /** What was heard, in words. */
  final List<String> events = Collections.synchronizedList(new ArrayList<>());

  /** What was heard. */
  final List<QuotaEvent> all = Collections.synchronizedList(new ArrayList<>());

  Heard() {
    this(false);
  }

  private Heard(boolean withAccuracy) {
    this.withAccuracy = withAccuracy;
  }

  /** Returns a listener that writes down how far states can be trusted, too. */
  static Heard withAccuracy() {
    return new Heard(true);
  }

  @Override
  public void on(QuotaEvent event) {
    all.add(event);
    events.add(text(event));
  }

  /** Returns the only event of a kind. */
  <E extends QuotaEvent> E only(Class<E> kind) {
    List<E> found = all.stream().filter(kind::isInstance).map(kind::cast).toList();
    if (found.size() != 1) {
      throw new AssertionError("one " + kind.getSimpleName() + " expected, heard " + events);
    }
    return found.get(0);
  }

  void clear() {
    all.clear();
    events.clear();
  }

  /** Returns what happened in words. */
  String text(QuotaEvent event) {
    if (event instanceof QuotaEvent.StoreFailed failed) {
      return "failed " + name(failed) + " " + failed.failure().applied();
    }
    if (event instanceof QuotaEvent.OfDecision decided) {
      return decision(decided);
    }
    if (event instanceof QuotaEvent.ThresholdCrossed crossed) {
      return "crossed "
          + crossed.quota()
          + "."
          + crossed.limit().name()
          + " "
          + crossed.threshold().id();
    }
    if (event instanceof QuotaEvent.ShadowRefused refused) {
      return "shadow " + refused.quota() + " " + refused.reason();
    }
    if (event instanceof QuotaEvent.ShadowThresholdCrossed crossed) {
      return "shadow crossed " + crossed.limit().name() + " " + crossed.threshold().id();
    }
    return event instanceof QuotaEvent.OfState changed ? change(changed) : refund(event);
  }

  private String decision(QuotaEvent.OfDecision event) {
    if (event instanceof QuotaEvent.Charged charged) {
      return "allowed " + charged.quota() + " " + charged.units() + accuracy(charged);
    }
    if (event instanceof QuotaEvent.Reserved reserved) {
      return "reserved " + reserved.quota() + " " + reserved.units() + accuracy(reserved);
    }
    return "denied " + name(event);
  }

  private static String change(QuotaEvent.OfState event) {
    if (event instanceof QuotaEvent.ReservationGrown grown) {
      return "grown " + grown.quota() + " " + grown.units();
    }
    if (event instanceof QuotaEvent.ReservationSettled settled) {
      Settled units = settled.settled();
      return "settled " + units.reserved() + " " + units.used() + " " + units.charged();
    }
    if (event instanceof QuotaEvent.Granted granted) {
      return "granted " + granted.quota() + " " + granted.units() + " " + granted.reason();
    }
    QuotaEvent.Reset reset = (QuotaEvent.Reset) event;
    return "reset " + reset.quota() + " " + reset.reason();
  }

  private static String refund(QuotaEvent event) {
    QuotaEvent.Refunded refunded = (QuotaEvent.Refunded) event;
    return "back " + refunded.quota() + " " + refunded.units();
  }

  private String name(QuotaEvent.OfState event) {
    return event.quota() + accuracy(event);
  }

  private String accuracy(QuotaEvent.OfState event) {
    return withAccuracy ? " " + event.state().accuracy() : "";
  }
}
