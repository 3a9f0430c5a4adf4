package dev.quota.http;

import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.http.answer.RefusedRequest;
import dev.quota.http.internal.json.ProblemJson;
import dev.quota.http.internal.json.QuotaJson;
import dev.quota.http.internal.json.StateJson;
import dev.quota.http.internal.page.BlockPage;
import dev.quota.http.internal.page.Visit;
import dev.quota.http.internal.refusal.Refusals;
import dev.quota.http.internal.refusal.Sentence;
import dev.quota.policy.QuotaPolicy;
import dev.quota.store.QuotaStoreException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs examples of a state, a charge and a refusal while the application starts. So the first
 * request need not wait for classes to load and texts to be parsed. The charge uses an engine of
 * its own, so that the application's counts do not change.
 */
final class WarmUp {

  private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());
  private static final String QUOTA = "warm-up";

  /** True after the first decisions: classes are loaded once in a process. */
  private static final AtomicBoolean DECIDED = new AtomicBoolean();

  private final Quotas quotas;
  private final StateJson json;
  private final HeaderDialect headers;
  private final Refusals refusals;
  private final ProblemJson problems;
  private final BlockPage page;

  WarmUp(
      Quotas quotas,
      StateJson json,
      HeaderDialect headers,
      Refusals refusals,
      ProblemJson problems,
      BlockPage page) {
    this.quotas = quotas;
    this.json = json;
    this.headers = headers;
    this.refusals = refusals;
    this.problems = problems;
    this.page = page;
  }

  /** Runs the examples, and returns the number of bytes of their answers. */
  int run() {
    return state() + (DECIDED.compareAndSet(false, true) ? decisions() : 0);
  }

  private int state() {
    try {
      // RFC 5737 reserves this address for documentation, so nobody has it.
      QuotaSnapshot states = quotas.states(Subject.address("192.0.2.1"));
      return QuotaJson.bytes(out -> json.write(out, states, Locale.ENGLISH)).length;
    } catch (QuotaStoreException e) {
      LOG.log(System.Logger.Level.WARNING, "The store does not answer at start-up.", e);
      return 0;
    }
  }

  private int decisions() {
    QuotaPolicy once = QuotaPolicy.builder(QUOTA).limit("minute", "1 per minute").build();
    try (Quotas throwaway = Quotas.builder().policy(once).build()) {
      Subject nobody = Subject.user(QUOTA);
      StringBuilder written = new StringBuilder();
      Decision allowed = throwaway.charge(nobody, QUOTA, 1);
      headers.write(allowed.states(), (name, value) -> written.append(name).append(value));
      RefusedRequest refused =
          refusals.describe(throwaway.charge(nobody, QUOTA, 1), Locale.ENGLISH);
      Visit visit = new Visit(true, Optional.of("/"));
      return written.length()
          + problems.bytes(refused).length
          + problems.bytes(refused.withErrors(ErrorFormat.ANTHROPIC)).length
          + Sentence.bytes(refused.detail()).length
          + page.bytes(refused, visit, BlockPage.nonce()).length;
    }
  }
}
