package dev.quota.servlet;

import dev.quota.Decision;
import dev.quota.QuotaPolicy;
import dev.quota.Quotas;
import dev.quota.Subject;
import java.util.List;
import java.util.Locale;

/**
 * Plays a charge and a refusal through while the application starts, so that no class is loaded and
 * no text parsed on somebody's first request. The application's own engine and counts are not
 * touched.
 */
final class WarmUp {

  private static final String QUOTA = "warm-up";

  private final HeaderDialect headers;
  private final RefusalWriter refusals;
  private final ProblemJson problems;
  private final BlockPage page;

  WarmUp(HeaderDialect headers, RefusalWriter refusals, ProblemJson problems, BlockPage page) {
    this.headers = headers;
    this.refusals = refusals;
    this.problems = problems;
    this.page = page;
  }

  /** Plays both through; returns how many bytes they came to. */
  int run() {
    QuotaPolicy once = QuotaPolicy.builder(QUOTA).limit("minute", "1 per minute").build();
    try (Quotas throwaway = Quotas.builder().policy(once).build()) {
      Subject nobody = Subject.user(QUOTA);
      StringBuilder written = new StringBuilder();
      Decision allowed = throwaway.charge(nobody, QUOTA, 1);
      headers.write(allowed.states(), (name, value) -> written.append(name).append(value));
      RefusedRequest refused =
          refusals.describe(throwaway.charge(nobody, QUOTA, 1), Locale.ENGLISH);
      return written.length()
          + problems.bytes(refused).length
          + page.bytes(refused, BlockPage.nonce()).length
          + perRequest().size();
    }
  }

  /** Returns what every charged request is wrapped in; naming the classes loads them. */
  private static List<Class<?>> perRequest() {
    return List.of(
        QuotaExchange.class, ChargedRequest.class, ChargedResponse.class, Settlement.class);
  }
}
