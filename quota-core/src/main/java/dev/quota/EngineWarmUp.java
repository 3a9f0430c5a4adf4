package dev.quota;

import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs example decisions while an engine is built. So the first request need not wait for classes
 * to load and for the store to prepare. Only for engines whose store has a time budget. Nobody is
 * charged: the examples run in an engine of their own, and the real store only gets examples of
 * commands.
 */
final class EngineWarmUp {

  /** The bound keeps the build of an engine short. The first calls prepare the rest. */
  private static final int MOST_EXAMPLES = 200;

  /** True after the first run: classes are loaded once in a process. */
  private static final AtomicBoolean PLAYED = new AtomicBoolean();

  private static final String NOBODY = "warm-up";

  private EngineWarmUp() {}

  static void run(QuotaStore store, PolicyView view) {
    if (PLAYED.compareAndSet(false, true)) {
      play();
    }
    store.prepare(examples(view));
  }

  /** Charges, refuses, reserves and reports in this process; returns the number of states. */
  private static int play() {
    QuotaPolicy policy =
        QuotaPolicy.builder(NOBODY)
            .limit("minute", "2 per minute")
            .limit("day", "9 per day")
            .build();
    try (Quotas throwaway = Quotas.builder().policy(policy).build()) {
      Subject nobody = Subject.user(NOBODY);
      Decision charged = throwaway.charge(nobody, NOBODY, 1);
      Idempotency once = new Idempotency(NOBODY, Duration.ofMinutes(1));
      Decision again = throwaway.charge(nobody, List.of(new Charge(NOBODY, 1)), once);
      Decision refused = throwaway.charge(nobody, NOBODY, 1);
      if (charged instanceof Decision.Allowed allowed) {
        boolean unused = throwaway.refund(allowed.receipt());
      }
      Reservation reservation = throwaway.reserve(nobody, NOBODY, 1);
      Settlement settled = reservation.settle(0);
      return again.states().quotas().size()
          + refused.states().quotas().size()
          + settled.states().quotas().size()
          + throwaway.states(nobody).quotas().size();
    }
  }

  /** Returns the commands that report each quota, and all of them, on each plan. */
  private static List<StoreCommand.Peek> examples(PolicyView view) {
    Set<StoreCommand.Peek> examples = new LinkedHashSet<>();
    List<Optional<String>> plans = new ArrayList<>(List.of(Optional.empty()));
    view.policies().plans().keySet().forEach(plan -> plans.add(Optional.of(plan)));
    for (Optional<String> plan : plans) {
      for (boolean inGroups : new boolean[] {false, true}) {
        add(nobody(plan, inGroups), view, examples);
      }
    }
    return examples.stream().limit(MOST_EXAMPLES).toList();
  }

  private static void add(Subject nobody, PolicyView view, Set<StoreCommand.Peek> examples) {
    PolicyView.Resolved resolved = view.of(nobody);
    List<RequestLine> all = new ArrayList<>();
    for (ResolvedQuota quota : resolved.quotas().values()) {
      if (examples.size() >= MOST_EXAMPLES) {
        return;
      }
      RequestLine line = RequestLine.ask(quota, quota.policy.usualCost());
      all.add(line);
      add(new Request(nobody, resolved, line), examples);
    }
    if (!all.isEmpty()) {
      add(new Request(nobody, resolved, all.toArray(RequestLine[]::new)), examples);
    }
  }

  private static void add(Request request, Set<StoreCommand.Peek> examples) {
    if (!request.asksNoStore()) {
      examples.add(request.peek(false));
    }
  }

  private static Subject nobody(Optional<String> plan, boolean inGroups) {
    Subject.Builder nobody = Subject.builder(Subject.Kind.USER, NOBODY);
    plan.ifPresent(nobody::plan);
    if (inGroups) {
      nobody.group(Scope.TEAM, NOBODY).group(Scope.ORG, NOBODY).conversation(NOBODY);
    }
    return nobody.build();
  }
}
