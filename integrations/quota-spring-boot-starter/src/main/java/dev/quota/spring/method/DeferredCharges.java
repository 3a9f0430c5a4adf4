package dev.quota.spring.method;

import dev.quota.Charge;
import dev.quota.Subject;
import dev.quota.http.DeferredCost;
import dev.quota.http.request.RequestView;
import dev.quota.policy.Policies;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/** What one method charges when its arguments are known. Immutable and thread-safe. */
public final class DeferredCharges {

  /**
   * What one call charges.
   *
   * @param subject who is charged; empty for the caller
   * @param charges the quotas, all or none
   */
  public record Due(Optional<Subject> subject, List<Charge> charges) {}

  private record Part(DeferredCost cost, Optional<MethodExpression> amount) {}

  private final List<Part> parts;
  private final Optional<MethodExpression> subject;

  private DeferredCharges(List<Part> parts, Optional<MethodExpression> subject) {
    this.parts = parts;
    this.subject = subject;
  }

  /**
   * Parses the expressions of a method.
   *
   * @param costs the costs of its annotations
   * @param type the class of the bean
   * @param method the method, as the class declares it
   * @param beans the beans that expressions can use
   * @return the charges to evaluate for each call
   * @throws IllegalArgumentException if an expression has a mistake
   */
  public static DeferredCharges of(
      List<DeferredCost> costs, Class<?> type, Method method, BeanFactory beans) {
    List<Part> parts = new ArrayList<>();
    for (DeferredCost cost : costs) {
      parts.add(
          new Part(cost, expression(cost.costExpression(), "costExpression", type, method, beans)));
    }
    List<String> subjects = costs.stream().map(DeferredCost::subjectExpression).distinct().toList();
    if (subjects.size() > 1) {
      throw new IllegalArgumentException(
          "subjectExpression must be the same on all @Quota of one method, because they are charged"
              + " together");
    }
    return new DeferredCharges(
        List.copyOf(parts), expression(subjects.get(0), "subjectExpression", type, method, beans));
  }

  private static Optional<MethodExpression> expression(
      String text, String member, Class<?> type, Method method, BeanFactory beans) {
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(MethodExpression.parse(text, member, type, method, beans));
  }

  /**
   * Evaluates the expressions.
   *
   * @param target the bean
   * @param arguments the arguments of the call
   * @param request the request for cost functions
   * @param policies the policies with the usual costs
   * @return what to charge
   * @throws dev.quota.spring.QuotaExpressionException if a value is no cost or no subject
   */
  public Due of(
      Object target, @Nullable Object[] arguments, RequestView request, Policies policies) {
    List<Charge> charges = new ArrayList<>(parts.size());
    for (Part part : parts) {
      charges.add(
          part.amount.isPresent()
              ? new Charge(part.cost.cost().quota(), part.amount.get().cost(target, arguments))
              : part.cost.cost().charge(request, policies));
    }
    return new Due(subject.map(it -> it.subject(target, arguments)), charges);
  }
}
