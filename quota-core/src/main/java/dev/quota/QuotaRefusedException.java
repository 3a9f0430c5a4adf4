package dev.quota;

/**
 * Thrown in the place of work that a quota refused: a method that carries {@link Quota} and has no
 * other way to answer. It did not run, and nothing was charged. Adapters answer a request out of
 * which it comes with the refusal.
 */
public final class QuotaRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The decision is never written with the exception: what follows from it is the receiver's. */
  private final transient Decision decision;

  /**
   * Creates one.
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
   * Returns what the quotas said: when there is more, and the words for people.
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
