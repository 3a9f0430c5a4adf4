package dev.quota.models;

import dev.quota.AsyncReservation;
import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.policy.LimitKind;
import java.util.List;

/**
 * What a run of an agent may use: what was left when its call began. Of a conversation it is the
 * whole capacity, because earlier calls belong to the same run. Immutable.
 */
final class RunBudget {

  /**
   * One limit.
   *
   * @param used units before the call, zero unless they belong to the run
   * @param most units that the run may use
   */
  private record Part(long used, long most) {}

  private final List<Part> parts;

  private RunBudget(List<Part> parts) {
    this.parts = parts;
  }

  /** Returns a budget without a limit that is known. */
  static RunBudget unknown() {
    return new RunBudget(List.of());
  }

  /** Returns the budget of a call that has just begun. */
  static RunBudget of(AsyncReservation reservation) {
    return reservation
        .decision()
        .states()
        .quota(reservation.quota())
        .map(it -> of(it, reservation.held()))
        .orElseGet(RunBudget::unknown);
  }

  /**
   * Returns the budget of a call.
   *
   * @param state of its quota, with its reservation
   * @param held units of the reservation, which the state counts as taken
   */
  static RunBudget of(QuotaState state, long held) {
    return new RunBudget(
        state.limits().stream().filter(RunBudget::isCounted).map(it -> part(it, held)).toList());
  }

  private static boolean isCounted(LimitState limit) {
    return limit.kind() == LimitKind.BUDGET
        && !limit.countsCalls()
        && !limit.rounded()
        && limit.limit().isPresent()
        && limit.remaining().isPresent();
  }

  private static Part part(LimitState limit, long held) {
    long left = limit.remaining().orElseThrow() + held;
    long capacity = limit.limit().orElseThrow();
    return limit.isOfConversation()
        ? new Part(Math.max(0, capacity - left), capacity)
        : new Part(0, left);
  }

  /** Returns whether 90 % or more of one limit is used, if the call has used this so far. */
  boolean isNearlyUsed(long use) {
    for (Part part : parts) {
      long used = part.used() + use;
      if (used > 0 && used >= part.most() - part.most() / 10) {
        return true;
      }
    }
    return false;
  }
}
