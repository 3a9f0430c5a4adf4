package dev.quota;

/**
 * Thrown instead of running a method that is annotated with {@link Quota}, if a quota refuses it.
 * The method did not run, and nothing was charged. If a request fails with this exception, adapters
 * answer it with the refusal.
 */
public final class QuotaRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Not serialized, because a decision only has a meaning in its own process. */
  private final transient Decision decision;

  /**
   * Creates the exception.
   *
   * @param what names the work, such as {@code shop.Painter.paint}
   * @param decision a decision that refuses
   * @throws IllegalArgumentException if it allows
   */
  public QuotaRefusedException(String what, Decision decision) {
    super(what + " was refused by its quota, so it did not run: " + kind(decision));
    this.decision = decision;
  }

  /**
   * Returns the decision, which says when there is more, and has the states for messages.
   *
   * @return a decision that refuses
   */
  public Decision decision() {
    return decision;
  }

  private static String kind(Decision decision) {
    if (decision instanceof Decision.Denied denied) {
      return "retry after " + denied.retryAfter();
    } else if (decision instanceof Decision.NeverFits never) {
      return "never fits, " + never.reason();
    } else if (decision instanceof Decision.Unavailable unavailable) {
      return "unavailable, retry after " + unavailable.retryAfter();
    }
    throw new IllegalArgumentException("decision must be a refusal, was " + decision);
  }
}
