package dev.quota.tool.replay;

import dev.quota.tool.diff.Difference;
import dev.quota.tool.diff.PolicyDiff;
import dev.quota.tool.log.BadRows;
import dev.quota.tool.log.LogReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a replay found. */
public final class ReplayReport {

  private final LogReader log;
  private final SideReport policies;
  private final Optional<SideReport> against;

  ReplayReport(LogReader log, SideReport policies, Optional<SideReport> against) {
    this.log = log;
    this.policies = policies;
    this.against = against;
  }

  /** {@return the effect of the policies that are tried} */
  public SideReport policies() {
    return policies;
  }

  /** {@return the effect of the policies to compare with} */
  public Optional<SideReport> against() {
    return against;
  }

  /** {@return how many rows the log has, bad ones included} */
  public long rowsRead() {
    return log.rowsRead();
  }

  /** {@return how many good rows were late and were sorted} */
  public long rowsSorted() {
    return log.rowsSorted();
  }

  /** {@return the rows that were not charged} */
  public BadRows badRows() {
    return log.badRows();
  }

  /**
   * {@return the number of rows by plan, for plans that no policy has; their people have the
   * default plan}
   */
  public Map<String, Long> unknownPlans() {
    return log.unknownPlans();
  }

  /** {@return what differs between the two sets of policies, in words} */
  public List<Difference> differences() {
    return against
        .map(old -> PolicyDiff.between(old.policies(), policies.policies()))
        .orElse(List.of());
  }

  /** {@return how many people gained or lost something, by what; empty without a comparison} */
  public Map<String, Integer> changes() {
    Map<String, Integer> changes = new LinkedHashMap<>();
    if (against.isPresent()) {
      People now = policies.tally().all.people;
      People before = against.get().tally().all.people;
      changes.put("newlyWarned", now.countBeyond(before, People.WARNED));
      changes.put("noLongerWarned", before.countBeyond(now, People.WARNED));
      changes.put("newlyRefused", now.countBeyond(before, People.REFUSED));
      changes.put("noLongerRefused", before.countBeyond(now, People.REFUSED));
      changes.put("newlyRefusedUnwarned", now.countBeyond(before, People.REFUSED_UNWARNED));
      changes.put("noLongerRefusedUnwarned", before.countBeyond(now, People.REFUSED_UNWARNED));
      changes.put("newlyDegraded", now.countBeyond(before, People.DEGRADED));
      changes.put("noLongerDegraded", before.countBeyond(now, People.DEGRADED));
    }
    return changes;
  }

  /** {@return everything as JSON} */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rowsRead", rowsRead());
    json.put("rowsBad", badRows().count());
    json.put("rowsSorted", rowsSorted());
    json.put("badRowsBy", badRows().byColumn());
    json.put("badRows", badRows().first().stream().map(ReplayReport::toJson).toList());
    json.put("unknownPlans", unknownPlans());
    json.put("policies", policies.toJson());
    against.ifPresent(
        old -> {
          json.put("against", old.toJson());
          json.put("changes", changes());
          json.put("differences", differences().stream().map(Difference::toJson).toList());
        });
    return json;
  }

  private static Map<String, Object> toJson(BadRows.BadRow row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("line", row.line());
    json.put("column", row.column());
    json.put("problem", row.problem());
    return json;
  }
}
