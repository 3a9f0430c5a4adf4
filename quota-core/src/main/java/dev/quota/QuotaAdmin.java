package dev.quota;

import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an operator asks and does about the policies of an engine. It has no data about people.
 * Thread-safe.
 *
 * <pre>{@code
 * QuotaAdmin admin = QuotaAdmin.of(quotas);
 * admin.overdue().forEach(entry -> remind(entry.owner(), entry.quota()));
 * admin.rollOut("10%", PolicyFile.read(path));
 * }</pre>
 */
public final class QuotaAdmin {

  private final Quotas quotas;

  private QuotaAdmin(Quotas quotas) {
    this.quotas = quotas;
  }

  /**
   * Returns the administration of an engine.
   *
   * @param quotas the engine
   * @return the administration
   */
  public static QuotaAdmin of(Quotas quotas) {
    return new QuotaAdmin(Objects.requireNonNull(quotas, "quotas"));
  }

  /**
   * One quota, and who answers for it.
   *
   * @param quota the quota's name
   * @param label its name for people
   * @param owner who answers for its policy, if the policy says so
   * @param reviewBy the last day on which a review is in time, if the policy has one
   * @param overdue whether that day is past
   * @param limits the names of its limits
   * @param shadow the names of those limits that are in shadow mode
   */
  public record Entry(
      String quota,
      String label,
      Optional<String> owner,
      Optional<LocalDate> reviewBy,
      boolean overdue,
      List<String> limits,
      List<String> shadow) {

    /**
     * Copies the lists.
     *
     * @param quota the component
     * @param label the component
     * @param owner the component
     * @param reviewBy the component
     * @param overdue the component
     * @param limits the component
     * @param shadow the component
     */
    public Entry {
      limits = List.copyOf(limits);
      shadow = List.copyOf(shadow);
    }
  }

  /** {@return which version is in force, for whom, and why no newer one is} */
  public PolicyStatus status() {
    return quotas.policyStatus();
  }

  /** {@return all quotas in force: overdue ones first, the longest overdue at the beginning} */
  public List<Entry> inventory() {
    List<String> overdue = status().overdue().stream().map(PolicyStatus.Overdue::quota).toList();
    return quotas.policies().quotas().values().stream()
        .map(policy -> entry(policy, overdue.contains(policy.name())))
        .sorted(QuotaAdmin::overdueFirst)
        .toList();
  }

  private static int overdueFirst(Entry one, Entry other) {
    if (one.overdue() != other.overdue()) {
      return one.overdue() ? -1 : 1;
    }
    return one.overdue()
        ? one.reviewBy().orElseThrow().compareTo(other.reviewBy().orElseThrow())
        : 0;
  }

  private static Entry entry(QuotaPolicy policy, boolean overdue) {
    return new Entry(
        policy.name(),
        policy.label(),
        policy.owner(),
        policy.reviewBy(),
        overdue,
        policy.limits().stream().map(LimitPolicy::name).toList(),
        policy.limits().stream().filter(policy::isShadow).map(LimitPolicy::name).toList());
  }

  /** {@return the quotas whose policy was to be reviewed before today, in UTC} */
  public List<Entry> overdue() {
    return inventory().stream().filter(Entry::overdue).toList();
  }

  /**
   * Puts policies into force for everybody, on this node. {@code PublishedPolicies} of quota-redis
   * does it for all nodes.
   *
   * @param policies the new policies
   * @throws IllegalArgumentException as {@link Quotas#replacePolicies} says
   */
  public void replace(Policies policies) {
    quotas.replacePolicies(policies);
  }

  /**
   * Puts policies into force for a share of all people, on this node. The rest stay on the version
   * that everybody, or the rest, has now.
   *
   * @param share such as {@code 10%}
   * @param policies the new policies
   * @throws IllegalArgumentException if the share is malformed, or as {@link
   *     Quotas#replacePolicies} says
   */
  public void rollOut(String share, Policies policies) {
    quotas.replacePolicies(policies.rolledOutTo(share, quotas.policies()));
  }

  /** {@return the status after the source of policies was asked for a new version} */
  public PolicyStatus reload() {
    return quotas.reloadPolicies();
  }
}
