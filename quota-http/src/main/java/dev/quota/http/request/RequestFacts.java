package dev.quota.http.request;

import dev.quota.Charge;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import java.util.List;

/**
 * The facts of a request to a charged endpoint, which an adapter provides. Each method is called
 * when it is needed.
 */
public interface RequestFacts extends RequestView {

  /**
   * Returns the id of the endpoint, to which an {@code Idempotency-Key} belongs. It is equal for
   * all requests to the endpoint, even if their paths are spelled differently. Called only if
   * {@link #idempotent}.
   *
   * @return an id that does not change with a restart, such as {@code POST /chat}
   */
  String route();

  /**
   * Returns who is charged.
   *
   * @return the subject
   */
  Subject subject();

  /**
   * Returns what the endpoint charges, all or none.
   *
   * @param policies the policies with the usual costs
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
