package dev.quota.spring.ai;

import dev.quota.models.TokenEstimator;
import org.springframework.ai.tokenizer.JTokkitTokenCountEstimator;
import org.springframework.util.ClassUtils;

/** Chooses the estimator of prompts. */
final class Estimators {

  private static final boolean HAS_JTOKKIT =
      ClassUtils.isPresent("com.knuddels.jtokkit.Encodings", Estimators.class.getClassLoader());

  private Estimators() {}

  static TokenEstimator best() {
    return HAS_JTOKKIT
        ? text -> Jtokkit.ESTIMATOR.estimate(text.toString())
        : TokenEstimator.characters();
  }

  /** Read at the first call, because reading the vocabulary takes some time. */
  private static final class Jtokkit {
    static final JTokkitTokenCountEstimator ESTIMATOR = new JTokkitTokenCountEstimator();
  }
}
