package dev.quota;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * Hears what happens to quotas. One engine can have several listeners; each hears each event once,
 * in the order in which they were added.
 *
 * <pre>{@code
 * Quotas.builder()
 *     .listener(QuotaListener.on(QuotaEvent.StoreFailed.class, event -> failures.increment()))
 *     .listener(event -> log.info("{}", event))
 * }</pre>
 *
 * <p>A listener is called before the operation returns or its stage completes, on the thread that
 * decided: the caller's, or for an asynchronous operation the one that received the store's answer.
 * So it must return quickly and must not wait. Hand slow work to a queue of your own. Several
 * threads call it at the same time. It may use the engine, but what it does there can be an event
 * again: see to it that this ends.
 *
 * <p>What a listener throws is logged and changes no decision; the other listeners still hear the
 * event. Only a {@link VirtualMachineError} is passed on.
 */
@FunctionalInterface
public interface QuotaListener {

  /**
   * Hears an event.
   *
   * @param event what happened
   */
  void on(QuotaEvent event);

  /**
   * Returns a listener that hears events of one kind and leaves out all others.
   *
   * @param <E> the kind
   * @param kind the class of the kind, or of several: {@link QuotaEvent.OfDecision} is heard for
   *     charges, reservations and refusals
   * @param action what to do with each of them
   * @return the listener
   */
  static <E extends QuotaEvent> QuotaListener on(Class<E> kind, Consumer<? super E> action) {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(action, "action");
    return event -> {
      if (kind.isInstance(event)) {
        action.accept(kind.cast(event));
      }
    };
  }
}
