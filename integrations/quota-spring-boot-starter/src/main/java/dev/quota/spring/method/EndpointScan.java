package dev.quota.spring.method;

import dev.quota.http.EndpointChecks;

/** Reads the annotations of one kind of endpoint at the start. All kinds are reported together. */
@FunctionalInterface
public interface EndpointScan {

  /**
   * Reads the annotations of all endpoints of this kind.
   *
   * @param checks collects uses and mistakes
   */
  void scan(EndpointChecks checks);
}
