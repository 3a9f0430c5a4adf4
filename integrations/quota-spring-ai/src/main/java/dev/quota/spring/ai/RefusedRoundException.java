package dev.quota.spring.ai;

import dev.quota.Decision;

/** Carries a refusal through other advisors to {@link QuotaAdvisor}. */
final class RefusedRoundException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Decision decision;

  RefusedRoundException(Decision decision) {
    super("A round of a call was refused by its quota.", null, false, false);
    this.decision = decision;
  }

  Decision decision() {
    return decision;
  }
}
