package dev.quota;

import dev.quota.policy.Capacity;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a limit of a subject has another capacity than that of the plan. Immutable.
 *
 * @param by who changed it
 * @param usual the capacity that it would have otherwise
 * @param until the first moment at which an override does not apply any more; empty for a cap
 * @param reason why, in the words of an operator; empty for a cap
 */
public record CapacityChange(
    By by, Capacity usual, Optional<Instant> until, Optional<String> reason) {

  /** Who changed a capacity. */
  public enum By {
    /** An operator, by an {@link dev.quota.policy.LimitOverride}. */
    OPERATOR,
    /** The person, by a {@linkplain Subject.Builder#cap cap}. */
    PERSON;

    private final String text = name().toLowerCase(Locale.ROOT);

    /**
     * Returns the word used in JSON.
     *
     * @return the name in lower case
     */
    public String text() {
      return text;
    }
  }
}
