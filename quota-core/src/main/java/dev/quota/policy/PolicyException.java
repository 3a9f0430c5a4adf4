package dev.quota.policy;

import java.util.List;
import java.util.stream.Collectors;

/** Says everything that is wrong with a policy file, of which nothing was used. */
public final class PolicyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  // Not part of the serialised form: whoever gets this from another process reads its message.
  private final transient List<Mistake> mistakes;

  /**
   * Creates an exception.
   *
   * @param mistakes what is wrong, in the order of the file
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
