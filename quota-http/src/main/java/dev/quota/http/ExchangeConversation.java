package dev.quota.http;

import dev.quota.Receipt;
import dev.quota.Subject;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Opening;
import dev.quota.policy.Scope;
import java.util.Optional;

/**
 * The conversation of one charged request.
 *
 * @param subject who was charged, as part of the conversation
 */
record ExchangeConversation(
    ExchangeParts parts, RequestCharges charges, Subject subject, ExchangeListener listener) {

  /** Returns its id; empty if there is none. */
  Optional<String> id() {
    return Optional.ofNullable(subject.groups().get(Scope.CONVERSATION));
  }

  /** Begins to count on it, and comes to what its header says then. */
  Eventual<Optional<String>> passOn(Calls<?> calls) {
    Optional<Opening> opening = charges.opening();
    if (opening.isEmpty() || opening.get().isBegun()) {
      return Eventual.done(header());
    }
    // What others do counts on it from now on; where too many were begun, they hear of it.
    return parts
        .openings()
        .begin(calls, opening.get(), subject)
        .map(
            tooMany -> {
              if (tooMany.isEmpty()) {
                update();
              }
              return header();
            });
  }

  /** Begins it where a reservation counts on it; comes to the refusal if there were too many. */
  <R> Eventual<Optional<R>> reserve(Calls<R> calls, String quota) {
    Optional<Opening> opening = charges.opening();
    if (opening.isEmpty()) {
      return Eventual.done(Optional.empty());
    }
    return parts
        .openings()
        .reserve(calls, opening.get(), subject, quota)
        .map(
            refused -> {
              update();
              return refused;
            });
  }

  /** Gives back what it counts, or would count later, of a charge; comes to false if nothing. */
  Eventual<Boolean> refund(Calls<?> calls, Receipt receipt) {
    return charges.opening().isPresent()
        ? parts.openings().refund(calls, charges.opening().get(), receipt)
        : Eventual.done(false);
  }

  private void update() {
    HeaderFields newest = new HeaderFields();
    header().ifPresent(it -> newest.put(Conversations.FIELD, it));
    listener.changed(newest);
  }

  private Optional<String> header() {
    return charges.opening().isPresent()
        ? parts.conversations().header(charges.opening().get(), subject)
        : id().flatMap(it -> parts.conversations().header(it, subject));
  }
}
