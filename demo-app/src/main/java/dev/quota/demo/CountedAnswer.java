package dev.quota.demo;

import dev.quota.Reservation;
import dev.quota.Settlement;
import java.util.Optional;

/**
 * An answer while it is written, and the tokens that it costs: those of the prompt, and those
 * written so far. Used by one thread at a time.
 */
final class CountedAnswer {

  private final long inputTokens;
  private final long maxTokens;
  private final Reservation reservation;
  private final StringBuilder written = new StringBuilder();
  private boolean wasCut;

  /**
   * Begins an answer. The prompt costs its tokens even if the answer fails, so they are counted
   * now.
   *
   * @param maxTokens how long the answer may become
   */
  CountedAnswer(long inputTokens, long maxTokens, Reservation reservation) {
    this.inputTokens = inputTokens;
    this.maxTokens = maxTokens;
    this.reservation = reservation;
    // A refusal is ignored here, because the first word asks again.
    boolean unused = reservation.used(cost());
  }

  /** Adds a word; returns why the answer ends with it, and nothing if it may go on. */
  Optional<Ending> add(String word) {
    written.append(word);
    if (!reservation.used(cost())) {
      wasCut = true;
      return Optional.of(Ending.LIMIT);
    }
    wasCut = outputTokens() >= maxTokens;
    return wasCut ? Optional.of(Ending.DONE) : Optional.empty();
  }

  /** Returns whether it ended because of its length or a limit. */
  boolean wasCut() {
    return wasCut;
  }

  Settlement settle() {
    return reservation.settleAsUsed();
  }

  Reservation reservation() {
    return reservation;
  }

  String text() {
    return written.toString();
  }

  long inputTokens() {
    return inputTokens;
  }

  long outputTokens() {
    return Math.min(Completion.tokens(written.toString()), maxTokens);
  }

  private long cost() {
    return inputTokens + outputTokens();
  }
}
