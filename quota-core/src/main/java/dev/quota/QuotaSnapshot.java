package dev.quota;

import dev.quota.policy.Plan;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The states of several quotas of one subject at one moment. Values are immutable.
 *
 * @param now the moment, on the clock of the store, or of this process if the store did not answer
 * @param subject whose
 * @param plan the subject's plan; empty if the policies know no plans
 * @param zone where the subject's days begin and end
 * @param zoneSource who chose the zone
 * @param quotas the states, in the order they were asked for
 */
public record QuotaSnapshot(
    Instant now,
    Subject subject,
    Optional<Plan> plan,
    ZoneId zone,
    ZoneSource zoneSource,
    List<QuotaState> quotas) {

  /**
   * Copies the list.
   *
   * @param now the component
   * @param subject the component
   * @param plan the component
   * @param zone the component
   * @param zoneSource the component
   * @param quotas the component
   */
  public QuotaSnapshot {
    quotas = List.copyOf(quotas);
  }

  /**
   * Returns the state of one quota.
   *
   * @param name the quota's name
   * @return its state, if it is part of this snapshot
   */
  public Optional<QuotaState> quota(String name) {
    return quotas.stream().filter(state -> state.name().equals(name)).findFirst();
  }

  /**
   * Returns what people may see: the snapshot without quotas whose limits are all in shadow mode.
   *
   * @return this snapshot if it has no such quota
   */
  public QuotaSnapshot visible() {
    // An index loop, because this runs in each filtered request and an iterator would be garbage.
    for (int i = 0; i < quotas.size(); i++) {
      if (quotas.get(i).isShadow()) {
        List<QuotaState> shown = quotas.stream().filter(state -> !state.isShadow()).toList();
        return new QuotaSnapshot(now, subject, plan, zone, zoneSource, shown);
      }
    }
    return this;
  }

  /**
   * Returns the quota that decides for all of them: one that refuses for an unknown time, else the
   * one that frees last, else the first. One in shadow mode decides nothing if there are others.
   *
   * @return one of {@link #quotas}
   * @throws java.util.NoSuchElementException if there are none
   */
  public QuotaState binding() {
    if (quotas.isEmpty()) {
      throw new NoSuchElementException("there are no quotas");
    }
    QuotaState best = quotas.get(0);
    // An index loop, because this runs in each filtered request and an iterator would be garbage.
    for (int i = 1; i < quotas.size(); i++) {
      QuotaState next = quotas.get(i);
      if (!next.isShadow() && (best.isShadow() || next.freeAtMillis() > best.freeAtMillis())) {
        best = next;
      }
    }
    return best;
  }

  /** Returns a copy with one state replaced. */
  QuotaSnapshot with(int index, QuotaState state) {
    List<QuotaState> changed = new ArrayList<>(quotas);
    changed.set(index, state);
    return new QuotaSnapshot(now, subject, plan, zone, zoneSource, changed);
  }
}
