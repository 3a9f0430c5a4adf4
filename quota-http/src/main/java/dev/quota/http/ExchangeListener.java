package dev.quota.http;

import dev.quota.http.answer.HeaderFields;

/**
 * Is notified of changes of an exchange that affect the answer. Implementations must be
 * thread-safe.
 */
public interface ExchangeListener {

  /** A listener that does nothing. */
  ExchangeListener NONE = new ExchangeListener() {};

  /** The endpoint has just used its exchange, so its work is still running. */
  default void used() {}

  /**
   * Headers have changed. Write them if the answer has not begun.
   *
   * @param newest the fields that changed
   */
  default void changed(HeaderFields newest) {}

  /** The charge was refunded. Remove its headers if the answer has not begun. */
  default void refunded() {}
}
