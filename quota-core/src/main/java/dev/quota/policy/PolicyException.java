package dev.quota.policy;

import java.util.List;
import java.util.stream.Collectors;

/** A policy file has mistakes. Nothing of it was used. */
public final class PolicyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  // Not serialized. The message has the same mistakes.
  private final transient List<Mistake> mistakes;

  /**
   * Creates an exception.
   *
   * @param mistakes the mistakes, in the order of the file
   */
  public PolicyException(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  PolicyException(List<Mistake> mistakes, Throwable cause) {
    this(mistakes);
    initCause(cause);
  }

  /**
   * Returns the mistakes. The message lists the same ones, one per line.
   *
   * @return at least one, in the order of the file
   */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
