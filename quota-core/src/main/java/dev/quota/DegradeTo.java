package dev.quota;

import dev.quota.store.QuotaClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Replaces quotas of a request by the quotas to which they degrade. */
final class DegradeTo {

  private DegradeTo() {}

  /** Returns the request with each quota that the plan excludes replaced. */
  static Request withoutClosed(Request request, QuotaClock clock) {
    List<Integer> closed = List.of();
    for (int i = 0; i < request.size(); i++) {
      RequestLine line = request.line(i);
      if (line.isDegradedUnasked() && line.quota().policy.degradeTo().isPresent()) {
        closed = closed.isEmpty() ? new ArrayList<>() : closed;
        closed.add(i);
      }
    }
    if (closed.isEmpty()) {
      return request;
    }
    Instant now = Instant.ofEpochMilli(clock.millis());
    List<QuotaState> states =
        closed.stream()
            .map(i -> StateAssembler.notIncluded(request, request.line(i), now))
            .toList();
    return replacing(request, closed, states);
  }

  /**
   * Returns the request with each quota replaced that was short and degrades to another one.
   *
   * @param refused the states of the lines
   * @return the request; empty if no quota is short, or if a short one refuses
   */
  static Optional<Request> of(Request request, QuotaSnapshot refused) {
    List<Integer> positions = new ArrayList<>();
    List<QuotaState> states = new ArrayList<>();
    for (int i = 0; i < request.size(); i++) {
      QuotaState state = refused.quotas().get(i);
      if (!state.allowed()) {
        return Optional.empty();
      }
      if (state.isDegraded() && request.line(i).quota().policy.degradeTo().isPresent()) {
        positions.add(i);
        states.add(state);
      }
    }
    return positions.isEmpty()
        ? Optional.empty()
        : Optional.of(replacing(request, positions, states));
  }

  private static Request replacing(
      Request request, List<Integer> positions, List<QuotaState> states) {
    Map<String, RequestLine> byQuota = new LinkedHashMap<>();
    for (int i = 0; i < request.size(); i++) {
      RequestLine asked = request.line(i);
      RequestLine line = positions.contains(i) ? asked.of(target(request, asked)) : asked;
      byQuota.merge(line.quota().policy.name(), line, RequestLine::plus);
    }
    List<QuotaState> all = new ArrayList<>(request.replaced());
    all.addAll(states);
    return new Request(
        request.subject(),
        request.resolved(),
        List.copyOf(all),
        byQuota.values().toArray(RequestLine[]::new));
  }

  private static ResolvedQuota target(Request request, RequestLine line) {
    String name = line.quota().policy.degradeTo().orElseThrow();
    ResolvedQuota target = request.resolved().quotas().get(name);
    if (target == null) {
      throw new IllegalStateException("the policies lack the quota " + name);
    }
    return target;
  }

  /** Returns the request with the quotas added to which its own degrade. */
  static Request withTargets(Request request) {
    List<RequestLine> all = new ArrayList<>();
    for (int i = 0; i < request.size(); i++) {
      all.add(request.line(i));
    }
    for (int i = 0; i < request.size(); i++) {
      RequestLine line = request.line(i);
      if (line.quota().policy.degradeTo().isPresent()) {
        ResolvedQuota target = target(request, line);
        if (all.stream().noneMatch(other -> other.quota() == target)) {
          all.add(RequestLine.ask(target, Math.max(1, line.cost())));
        }
      }
    }
    return all.size() == request.size()
        ? request
        : new Request(
            request.subject(),
            request.resolved(),
            request.replaced(),
            all.toArray(RequestLine[]::new));
  }

  /**
   * Returns the states of a request's quotas, by an answer that also has the quotas they degrade
   * to.
   */
  static QuotaSnapshot joined(Request request, QuotaSnapshot answered) {
    QuotaState[] states = new QuotaState[request.size()];
    for (int i = 0; i < states.length; i++) {
      QuotaState state = answered.quotas().get(i);
      states[i] =
          state.isDegraded() && state.policy().degradeTo().isPresent()
              ? state.withFallback(answered.quota(state.policy().degradeTo().get()).orElseThrow())
              : state;
    }
    return StateAssembler.snapshot(request, answered.now(), states);
  }
}
