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
 * @param subject who was charged, with the conversation
 */
record ExchangeConversation(
    ExchangeParts parts, RequestCharges charges, Subject subject, ExchangeListener listener) {

  /** Returns its id; empty if there is none. */
  Optional<String> id() {
    return Optional.ofNullable(subject.groups().get(Scope.CONVERSATION));
  }

  /** Begins to count on the conversation, and returns its header. */
  Eventual<Optional<String>> passOn(Calls<?> calls) {
    Optional<Opening> opening = charges.opening();
    if (opening.isEmpty() || opening.get().isBegun()) {
      return Eventual.done(header());
    }
    // Other services count on it from now on. If too many conversations were begun, they refuse.
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

  /**
   * Begins the conversation if a reservation counts on it. Returns the refusal if there were too
   * many.
   */
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

  /**
   * Refunds what the conversation counts, or would count later, for a charge. False if there is
   * nothing.
   */
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
