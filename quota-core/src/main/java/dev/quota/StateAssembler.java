package dev.quota;

import dev.quota.policy.Scope;
import dev.quota.spi.LimitResult;
import dev.quota.store.Accuracy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the states of the quotas of a request from an answer. */
final class StateAssembler {

  private StateAssembler() {}

  /** Returns the states at the requested costs. */
  static QuotaSnapshot asked(Request request, Answer answer) {
    QuotaState[] states = new QuotaState[request.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = state(request, i, answer, request.cost(i), true);
    }
    return snapshot(request, answer.now(), states);
  }

  /** As {@link #asked}, but the state of a quota that was allowed is about its next cost. */
  static QuotaSnapshot decided(Request request, Answer answer) {
    if (request.size() == 1) {
      // The usual case, which needs no array.
      return snapshot(request, answer.now(), List.of(decided(request, 0, answer)));
    }
    QuotaState[] states = new QuotaState[request.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = decided(request, i, answer);
    }
    return snapshot(request, answer.now(), states);
  }

  private static QuotaState decided(Request request, int index, Answer answer) {
    RequestLine line = request.line(index);
    boolean next = answer.isLetThrough(index);
    long cost = next || line.quota().isHidden() ? line.quota().policy.usualCost() : line.cost();
    return state(request, index, answer, cost, false);
  }

  private static QuotaState state(
      Request request, int index, Answer answer, long cost, boolean asked) {
    QuotaState visible = visible(request, index, answer, cost);
    ResolvedQuota shadow = request.line(index).quota().shadow;
    return shadow == null
        ? visible
        : visible.withShadow(Shadow.state(request, index, shadow, answer, asked, cost));
  }

  private static QuotaState visible(Request request, int index, Answer answer, long cost) {
    ResolvedQuota quota = request.line(index).quota();
    Certainty certainty = answer.certainty(index, cost);
    ResolvedLimit[] all = quota.limits;
    // The usual cases, which need no array.
    List<LimitState> limits =
        switch (all.length) {
          case 1 -> List.of(limitState(request, index, all[0], answer, certainty, cost));
          case 2 ->
              List.of(
                  limitState(request, index, all[0], answer, certainty, cost),
                  limitState(request, index, all[1], answer, certainty, cost));
          default ->
              Arrays.stream(all)
                  .map(limit -> limitState(request, index, limit, answer, certainty, cost))
                  .toList();
        };
    return new QuotaState(quota, limits, certainty, answer.now().toEpochMilli(), cost);
  }

  private static LimitState limitState(
      Request request,
      int index,
      ResolvedLimit limit,
      Answer answer,
      Certainty certainty,
      long cost) {
    LimitResult result = answer.result(index, limit, certainty, cost);
    Accuracy accuracy = answer.accuracy(index, limit, certainty, cost);
    return limitState(request, request.line(index).quota(), limit, result, accuracy);
  }

  /** Returns the states of the quotas that the plan does not include, without any others. */
  static QuotaSnapshot notInPlan(Request request, long nowMillis) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    List<QuotaState> states = new ArrayList<>();
    for (int i = 0; i < request.size(); i++) {
      if (request.line(i).isNotInPlan()) {
        states.add(notIncluded(request, request.line(i), now));
      }
    }
    return snapshot(request, now, states.toArray(QuotaState[]::new));
  }

  /** Returns the state of a quota that the plan does not include. */
  static QuotaState notIncluded(Request request, RequestLine line, Instant now) {
    ResolvedQuota quota = line.quota();
    List<LimitState> limits =
        Arrays.stream(quota.limits)
            .filter(ResolvedLimit::isZero)
            .map(
                limit ->
                    limitState(
                        request, quota, limit, limit.withoutStore(line.cost()), Accuracy.EXACT))
            .toList();
    return new QuotaState(quota, limits, Certainty.EXACT, now.toEpochMilli(), line.cost());
  }

  /** Returns the states of a request, with the states of the replaced quotas before them. */
  static QuotaSnapshot withReplaced(Request request, QuotaSnapshot states) {
    if (request.replaced().isEmpty()) {
      return states;
    }
    List<QuotaState> all = new ArrayList<>(request.replaced());
    all.addAll(states.quotas());
    return snapshot(request, states.now(), all.toArray(QuotaState[]::new));
  }

  static QuotaSnapshot snapshot(Request request, Instant now, QuotaState... states) {
    return snapshot(request, now, List.of(states));
  }

  private static QuotaSnapshot snapshot(Request request, Instant now, List<QuotaState> states) {
    PolicyView.Resolved resolved = request.resolved();
    return new QuotaSnapshot(
        now, request.subject(), resolved.plan(), resolved.zone(), resolved.zoneSource(), states);
  }

  static LimitState limitState(
      Request request,
      ResolvedQuota quota,
      ResolvedLimit limit,
      LimitResult result,
      Accuracy accuracy) {
    boolean shared = isShared(request.subject(), limit.scope);
    return new LimitState(limit, result, shared, shared && !quota.policy.showExact(), accuracy);
  }

  private static boolean isShared(Subject subject, Scope scope) {
    return switch (scope) {
      case USER -> subject.kind() == Subject.Kind.ADDRESS;
      case TEAM, ORG ->
          subject.groups().containsKey(scope) || subject.kind() == Subject.Kind.ADDRESS;
      // Everybody in the conversation may see its use.
      case CONVERSATION -> false;
      case GLOBAL -> true;
    };
  }
}
