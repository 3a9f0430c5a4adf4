package dev.quota.spring.actuate;

import dev.quota.QuotaAdmin;
import dev.quota.Quotas;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Plan;
import dev.quota.spring.method.EndpointListing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@code /actuator/quota}: the policies in force, and which endpoints charge them. It has no data
 * about people. Thread-safe.
 */
@Endpoint(id = "quota")
public final class QuotaEndpoint {

  /**
   * The answer of the endpoint.
   *
   * @param policies the version of the policies that is in force, and why a newer one is not
   * @param quotas the names of the limits of each quota
   * @param plans the names of all plans
   * @param endpoints what each endpoint and method charges
   * @param store the store, and whether it answers
   * @param rollout for whom that version is, if not for everybody
   * @param overdue the policies that were to be reviewed before today, the longest overdue first
   * @param shadow the limits in shadow mode
   */
  public record Description(
      String policies,
      Map<String, List<String>> quotas,
      List<String> plans,
      Map<String, List<EndpointListing.Charged>> endpoints,
      Store store,
      @Nullable Rollout rollout,
      List<Overdue> overdue,
      List<String> shadow) {}

  /**
   * A version for a share of all people.
   *
   * @param share such as {@code 10%}
   * @param before the version of the rest
   */
  public record Rollout(String share, String before) {}

  /**
   * A policy to review.
   *
   * @param quota the quota's name
   * @param owner who answers for it; null if the policy names nobody
   * @param reviewBy the last day on which the review was in time
   */
  public record Overdue(String quota, @Nullable String owner, String reviewBy) {}

  /**
   * The store.
   *
   * @param name its name
   * @param available whether it answers
   */
  public record Store(String name, boolean available) {}

  private final Quotas quotas;
  private final EndpointListing endpoints;

  QuotaEndpoint(Quotas quotas, EndpointListing endpoints) {
    this.quotas = quotas;
    this.endpoints = endpoints;
  }

  /**
   * Describes the policies in force.
   *
   * @return the description
   */
  @ReadOperation
  public Description describe() {
    var policies = quotas.policies();
    QuotaAdmin admin = QuotaAdmin.of(quotas);
    Map<String, List<String>> limits = new LinkedHashMap<>();
    policies
        .quotas()
        .forEach(
            (name, policy) ->
                limits.put(name, policy.limits().stream().map(LimitPolicy::name).toList()));
    return new Description(
        quotas.policyStatus().detail(),
        limits,
        policies.plans().values().stream().map(Plan::name).collect(Collectors.toList()),
        endpoints.all(),
        new Store(quotas.health().store(), quotas.health().available()),
        quotas
            .policyStatus()
            .rollout()
            .map(it -> new Rollout(it.share(), it.before()))
            .orElse(null),
        admin.overdue().stream()
            .map(it -> new Overdue(it.quota(), it.owner().orElse(null), reviewBy(it)))
            .toList(),
        admin.inventory().stream()
            .flatMap(it -> it.shadow().stream().map(limit -> it.quota() + "." + limit))
            .toList());
  }

  private static String reviewBy(QuotaAdmin.Entry entry) {
    return entry.reviewBy().map(Object::toString).orElseThrow();
  }
}
