package dev.quota.http.request;

import dev.quota.Subject;

/** What an adapter tells of a request to the state endpoints. */
public interface StateFacts extends RequestView {

  /**
   * Returns whose state is asked for.
   *
   * @return the subject
   */
  Subject subject();
}
