package dev.quota.http;

import dev.quota.http.answer.HeaderFields;

/**
 * Hears from an adapter's exchange what its answer has to follow. Implementations must be safe for
 * use by several threads.
 */
public interface ExchangeListener {

  /** Hears nothing. */
  ExchangeListener NONE = new ExchangeListener() {};

  /** The work is alive: it has just used its exchange. */
  default void used() {}

  /**
   * The answer has to say something newer, if it has not begun.
   *
   * @param newest the fields that changed
   */
  default void changed(HeaderFields newest) {}

  /** What the headers speak of came back, so they have to go, if the answer has not begun. */
  default void refunded() {}
}
