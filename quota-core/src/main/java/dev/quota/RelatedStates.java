package dev.quota;

import java.util.Optional;

/**
 * States that belong to another one.
 *
 * @param fallback of the quota that is charged instead; empty if there is none or it was not asked
 * @param shadow as if limits in shadow mode were enforced; empty if there are none
 */
record RelatedStates(Optional<QuotaState> fallback, Optional<QuotaState> shadow) {

  static final RelatedStates NONE = new RelatedStates(Optional.empty(), Optional.empty());

  RelatedStates withFallback(QuotaState other) {
    return new RelatedStates(Optional.of(other), shadow);
  }

  RelatedStates withShadow(QuotaState other) {
    return new RelatedStates(fallback, Optional.of(other));
  }
}
