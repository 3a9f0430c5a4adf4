package dev.quota.http.request;

import dev.quota.Charge;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import java.util.List;

/**
 * What an adapter tells of a request to a charged endpoint. Each fact is asked when it is needed.
 */
public interface RequestFacts extends RequestView {

  /**
   * Returns what stands for the endpoint in an {@code Idempotency-Key}: the same for all requests
   * that ask for the same work, however their address is spelled. Asked where {@link #idempotent}.
   *
   * @return an id that stays the same over restarts, such as {@code POST /chat}
   */
  String route();

  /**
   * Returns who is charged.
   *
   * @return the subject
   */
  Subject subject();

  /**
   * Returns what the endpoint charges, together or not at all.
   *
   * @param policies for the usual costs
   * @return the charges
   */
  List<Charge> charges(Policies policies);

  /**
   * Returns whether a repeated {@code Idempotency-Key} is charged once.
   *
   * @return by default false
   */
  default boolean idempotent() {
    return false;
  }

  /**
   * Returns whether a request without an {@code Idempotency-Key} is refused.
   *
   * @return by default false
   */
  default boolean keyRequired() {
    return false;
  }
}
