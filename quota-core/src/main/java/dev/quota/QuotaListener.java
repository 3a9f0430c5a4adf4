package dev.quota;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * Receives the events of quotas. An engine can have several listeners. Each listener gets each
 * event once. They are called in the order in which they were added.
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
 * threads call it at the same time. It may use the engine, but that can cause new events. Make sure
 * that this does not repeat without end.
 *
 * <p>What a listener throws is logged and changes no decision. The other listeners still get the
 * event. Only a {@link VirtualMachineError} is passed on.
 */
@FunctionalInterface
public interface QuotaListener {

  /**
   * Receives an event.
   *
   * @param event what happened
   */
  void on(QuotaEvent event);

  /**
   * Returns a listener that gets the events of one kind only.
   *
   * @param <E> the kind
   * @param kind the class of the kind, or of several kinds: {@link QuotaEvent.OfDecision} includes
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
