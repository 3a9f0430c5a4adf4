package dev.quota.http;

import dev.quota.Subject;
import java.util.Optional;

/** What an adapter tells of a request to the state endpoints. */
public interface StateFacts extends RequestView {

  /**
   * Returns whose state is asked for.
   *
   * @return the subject
   */
  Subject subject();

  /**
   * Returns a parameter of the query.
   *
   * @param name the name
   * @return its first value; empty if it was not sent
   */
  Optional<String> parameter(String name);
}
