package dev.quota;

import dev.quota.policy.Plan;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.policy.WhenExhausted;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a quota is resolved of.
 *
 * @param policy the policy
 * @param policyVersion the version of the policies
 * @param plan whose capacities apply
 * @param otherPlans the plans beside this one
 * @param cycles where and when the windows begin
 * @param nodes how many nodes share the capacity while the store is away
 * @param whenExhausted what happens to a charge that does not fit: the policy's choice, unless the
 *     plan lacks the quota that would be charged instead
 * @param counted whose limits apply
 */
record Resolution(
    QuotaPolicy policy,
    String policyVersion,
    Optional<Plan> plan,
    OtherPlans otherPlans,
    SubjectCycles cycles,
    int nodes,
    WhenExhausted whenExhausted,
    Predicate<Scope> counted) {}
