package dev.quota.tool.generate;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/**
 * What a made log looks like.
 *
 * @param rows how many rows
 * @param people how many people
 * @param days how many days
 * @param start the first day
 * @param seed the same seed makes the same log
 * @param quotas names of quotas, with the units of a usual call
 * @param plans names of plans, the most common first
 * @param zones the zones of people
 */
public record LogShape(
    long rows,
    int people,
    int days,
    LocalDate start,
    long seed,
    List<Quota> quotas,
    List<String> plans,
    List<ZoneId> zones) {

  /**
   * One quota of a made log.
   *
   * @param name its name
   * @param usualCost units of a usual call
   */
  public record Quota(String name, long usualCost) {}

  /** Checks the ranges. */
  public LogShape {
    quotas = List.copyOf(quotas);
    plans = List.copyOf(plans);
    zones = List.copyOf(zones);
    require(rows >= 0, "rows must not be negative, was " + rows);
    require(people >= 1, "people must be at least 1, was " + people);
    require(days >= 1 && days <= 3_660, "days must be from 1 to 3660, was " + days);
    require(!quotas.isEmpty(), "there must be a quota");
    require(!zones.isEmpty(), "there must be a zone");
    require(
        start.getYear() >= 1970 && start.plusDays(days).getYear() < 2200,
        "start must be from 1970, and the log end before 2200, was " + start);
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem);
    }
  }
}
