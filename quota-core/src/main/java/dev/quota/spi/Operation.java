package dev.quota.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * Names a command that may be sent again without being applied again.
 *
 * @param id unique for the operation, chosen by the caller
 * @param keep how long the store remembers it
 */
public record Operation(String id, Duration keep) {

  /**
   * Checks the values.
   *
   * @param id the component
   * @param keep the component
   * @throws IllegalArgumentException if the id is empty or the time not positive
   */
  public Operation {
    Objects.requireNonNull(keep, "keep");
    if (id.isEmpty()) {
      throw new IllegalArgumentException("id must not be empty");
    }
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException("keep must be positive, was " + keep);
    }
  }
}
