package dev.quota.http;

import dev.quota.http.internal.call.Eventual;
import dev.quota.http.request.RequestEnd;

/**
 * A reservation that belongs to a request. If the endpoint does not end it, the end of the request
 * does, because only then it is known whether the request failed. So {@code close} does nothing: a
 * try-with-resources statement also calls it when an exception is thrown.
 *
 * @param <R> the handle of the endpoint
 */
interface Owned<R> {

  /** Returns the handle. */
  R handle();

  /** Ends it as the request ended, unless the endpoint has ended it. Always true. */
  Eventual<Boolean> end(RequestEnd how);

  /** Ends it as {@link #end}, without a waiting thread. */
  Eventual<Boolean> endAsync(RequestEnd how);
}
