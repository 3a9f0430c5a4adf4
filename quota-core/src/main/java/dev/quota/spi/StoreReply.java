package dev.quota.spi;

import dev.quota.store.Accuracy;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A store's reply to one command. Immutable.
 *
 * @param outcome what happened
 * @param now the store's time in whole milliseconds, for which everything else was computed
 * @param accuracy how far the numbers can be trusted
 * @param entries one result per entry of the command, in its order; for a settlement, one per
 *     change, and for a renewal, one per hold
 */
public record StoreReply(
    Outcome outcome, Instant now, Accuracy accuracy, List<EntryResult> entries) {

  /** What a command did. */
  public enum Outcome {
    /** It was executed. */
    DONE,
    /** A take with a known operation was executed before, and changed nothing now. */
    REPEATED,
    /** A take did not fit, or a limit has no room for another grant. Nothing was changed. */
    REFUSED,
    /**
     * A settlement or a renewal found no open record of its operations on any key. They were
     * settled already, their time has passed, or their keys were reset. Nothing was changed.
     */
    GONE
  }

  /**
   * Copies the list.
   *
   * @param outcome the component
   * @param now the component
   * @param accuracy the component
   * @param entries the component
   */
  public StoreReply {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(now, "now");
    Objects.requireNonNull(accuracy, "accuracy");
    entries = List.copyOf(entries);
  }
}
