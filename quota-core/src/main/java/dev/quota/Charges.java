package dev.quota;

import dev.quota.internal.text.Digests;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.Scope;
import dev.quota.spi.Change;
import dev.quota.spi.Hold;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Charges and refunds, as steps, and publishes the events. Thread-safe. */
final class Charges {

  private final Capabilities capabilities;
  private final RequestFactory requests;
  private final Decider decider;
  private final Events events;
  private final Maintenance maintenance;

  Charges(
      Capabilities capabilities,
      RequestFactory requests,
      Decider decider,
      Events events,
      Maintenance maintenance) {
    this.capabilities = capabilities;
    this.requests = requests;
    this.decider = decider;
    this.events = events;
    this.maintenance = maintenance;
  }

  Step<Decided> charge(Subject subject, String quota, long cost) {
    return decider.charge(requests.charge(subject, quota, cost));
  }

  Step<Decided> charge(Subject subject, List<Charge> charges) {
    return decider.charge(requests.charge(subject, charges));
  }

  Step<Decided> charge(Subject subject, List<Charge> charges, Idempotency once) {
    RequestFactory.requireAny(charges);
    capabilities.require(StoreCapability.IDEMPOTENCY, "an idempotent charge");
    Request request = requests.charge(subject, charges);
    return decider.chargeOnce(request, once.id(subject, charges), once.window());
  }

  Step<Decided> chargeConversation(Subject subject, Charge charge) {
    String conversation = subject.groups().get(Scope.CONVERSATION);
    if (conversation == null) {
      throw new IllegalArgumentException("subject must take part in a conversation");
    }
    capabilities.require(StoreCapability.IDEMPOTENCY, "chargeConversation");
    Request request = requests.ofConversation(subject, charge);
    String id = "first-" + Digests.digest(charge.quota() + ":" + conversation);
    return decider.chargeOnce(request, id, LimitWindow.Conversation.LONGEST);
  }

  /** Publishes the events of a charge that was decided on this thread, and renews its permits. */
  Decision decided(Decided decided) {
    Decision decision = decided.decision();
    return decision instanceof Decision.Allowed allowed && allowed.receipt().holdsPermits()
        ? decided(decided, Caller.here())
        : decided(decided, Caller.UNKNOWN);
  }

  /**
   * Publishes the events of a charge, and renews its permits.
   *
   * @param caller who asked for it
   */
  Decision decided(Decided decided, Caller caller) {
    if (decided.decision() instanceof Decision.Allowed allowed) {
      if (!allowed.isRepetition()) {
        events.allowed(decided);
        if (allowed.receipt().holdsPermits()) {
          Permits.open(decider, maintenance, decided.request(), allowed.receipt(), caller);
        }
      }
    } else {
      events.denied(decided.decision());
    }
    return decided.decision();
  }

  /**
   * Refunds a charge, once; says whether something was refunded.
   *
   * @param call what was called
   */
  Step<Boolean> refund(Receipt receipt, String call) {
    List<Hold> holds = receipt.holds();
    if (holds.isEmpty()) {
      return Step.done(false);
    }
    if (receipt.store() == decider.store() && receipt.operation().isEmpty()) {
      capabilities.require(StoreCapability.REFUNDS, call);
    }
    if (!receipt.claim()) {
      return Step.done(false);
    }
    List<Change> changes = holds.stream().map(hold -> new Change(hold, 0)).toList();
    return Step.ask(receipt.store(), new StoreCommand.Settle(changes, true))
        .map(reply -> refunded(receipt, holds, reply))
        .orElse(failure -> notRefunded(receipt, failure));
  }

  private static Step<Boolean> notRefunded(Receipt receipt, QuotaStoreException failure) {
    if (failure.applied() == QuotaStoreException.Applied.NO) {
      receipt.unclaim();
    } else {
      receipt.cameBack();
    }
    throw failure;
  }

  private boolean refunded(Receipt receipt, List<Hold> holds, StoreReply reply) {
    receipt.cameBack();
    List<Hold> returned = new ArrayList<>();
    for (int i = 0; i < holds.size(); i++) {
      if (!reply.entries().get(i).gone() && isOpen(holds.get(i), reply.now())) {
        returned.add(holds.get(i));
      }
    }
    events.refunded(receipt, returned, reply.now());
    return !returned.isEmpty();
  }

  private static boolean isOpen(Hold hold, Instant now) {
    return hold.windowEndsMillis().stream().anyMatch(end -> end > now.toEpochMilli());
  }
}
