package dev.quota.http;

import dev.quota.http.internal.call.Eventual;
import dev.quota.http.request.RequestEnd;

/**
 * A reservation that belongs to a request: what becomes of it, if the endpoint does not say, is
 * decided when the request ends and it is known whether it failed. That is why closing it, as a
 * try-with-resources statement does also while an exception flies, does nothing.
 *
 * @param <R> the handle that the endpoint has
 */
interface Owned<R> {

  /** Returns the handle. */
  R handle();

  /** Ends it as the end of its request says, unless the endpoint ended it; comes to true. */
  Eventual<Boolean> end(RequestEnd how);

  /** Ends it as {@link #end}, and no thread waits. */
  Eventual<Boolean> endAsync(RequestEnd how);
}
