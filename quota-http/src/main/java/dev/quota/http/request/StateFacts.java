package dev.quota.http.request;

import dev.quota.Subject;

/** The facts of a request to the state endpoints, which an adapter provides. */
public interface StateFacts extends RequestView {

  /**
   * Returns the subject of the requested state.
   *
   * @return the subject
   */
  Subject subject();
}
