package dev.quota.http;

import dev.quota.CostFunction;
import dev.quota.InPlacePolicy;
import dev.quota.Quota;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.request.RequestView;
import dev.quota.policy.QuotaPolicy;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes endpoints of annotations, by the same rules in every framework.
 *
 * <p>A {@code @Quota} on a method replaces the one of the same name on its type and adds to the
 * others. A {@code @QuotaErrors} on a method replaces the one on its type.
 *
 * <p>The function of {@code costFrom} can take a {@link RequestView} in every framework, or the
 * framework's own request. Immutable and thread-safe.
 */
public final class EndpointReader {

  private final CostFunctions functions;
  private final boolean expressions;

  /**
   * Creates a reader.
   *
   * @param requestTypes the types of {@link RequestView#unwrap} in this framework, such as {@code
   *     HttpServletRequest}; a cost function gets the first that it can take
   */
  public EndpointReader(Class<?>... requestTypes) {
    this(new CostFunctions(List.of(requestTypes)), false);
  }

  private EndpointReader(CostFunctions functions, boolean expressions) {
    this.functions = functions;
    this.expressions = expressions;
  }

  /**
   * Returns a reader for a framework with an expression language. If an annotation has an
   * expression, nothing is charged when the request begins. {@link DeclaredEndpoint#deferred} has
   * what to charge when the arguments are known. Other readers report an expression as a mistake.
   *
   * @return a reader
   */
  public EndpointReader withExpressions() {
    return new EndpointReader(functions, true);
  }

  /**
   * Reads a method by reflection, with the annotations of superclasses. Interfaces are not read.
   *
   * @param type the class of the called objects, or of a proxy
   * @param method one of its methods, or of a superclass
   * @return the endpoint
   * @throws IllegalArgumentException if they are malformed or contradict each other
   */
  public DeclaredEndpoint read(Class<?> type, Method method) {
    return read(
        QuotaAnnotations.ofType(type),
        QuotaAnnotations.ofMethod(type, method),
        "the method " + method.getName() + " of " + type.getName());
  }

  /**
   * Reads annotations that a framework has found on a type only.
   *
   * @param onType the annotations
   * @return the endpoint
   * @throws IllegalArgumentException if they are malformed or contradict each other
   */
  public DeclaredEndpoint read(QuotaAnnotations onType) {
    return read(onType.quotas(), onType.errors());
  }

  /**
   * Reads annotations that a framework has found on a type and on one of its methods.
   *
   * @param onType the annotations of the type
   * @param onMethod the annotations of the method
   * @param method the name of the method in messages, such as {@code the method ask of shop.Chat}
   * @return the endpoint
   * @throws IllegalArgumentException if they are malformed or contradict each other, or if the
   *     method has {@link QuotaErrors} but charges nothing
   */
  public DeclaredEndpoint read(QuotaAnnotations onType, QuotaAnnotations onMethod, String method) {
    DeclaredEndpoint read =
        read(combined(onType.quotas(), onMethod.quotas()), onMethod.errors().or(onType::errors));
    MisplacedQuotas.requireCharged(method, onMethod, !read.endpoint().isFree());
    return read;
  }

  private static List<Quota> combined(List<Quota> onType, List<Quota> onMethod) {
    List<Quota> combined = new ArrayList<>();
    Set<String> replaced = new LinkedHashSet<>();
    onMethod.forEach(quota -> replaced.add(quota.value()));
    onType.stream().filter(quota -> !replaced.contains(quota.value())).forEach(combined::add);
    combined.addAll(onMethod);
    return combined;
  }

  private DeclaredEndpoint read(List<Quota> annotations, Optional<QuotaErrors> errors) {
    boolean deferred = isDeferred(annotations);
    List<Endpoint.Cost> costs = new ArrayList<>();
    List<DeferredCost> later = new ArrayList<>();
    List<QuotaPolicy> definitions = new ArrayList<>();
    for (Quota annotation : annotations) {
      InPlacePolicy.of(annotation).ifPresent(definitions::add);
      Endpoint.Cost cost = cost(annotation);
      costs.add(deferred ? Endpoint.Cost.fixed(annotation.value(), 0) : cost);
      later.add(
          new DeferredCost(cost, annotation.costExpression(), annotation.subjectExpression()));
    }
    Endpoint endpoint =
        new Endpoint(
            costs,
            isIdempotent(annotations),
            isKeyRequired(annotations),
            errors.map(QuotaErrors::value).orElse(ErrorFormat.PROBLEM));
    return new DeclaredEndpoint(endpoint, definitions, deferred ? later : List.of(), annotations);
  }

  private boolean isDeferred(List<Quota> annotations) {
    Optional<Quota> found = annotations.stream().filter(EndpointReader::hasExpression).findFirst();
    found.ifPresent(it -> requireExpressible(it, annotations));
    return found.isPresent();
  }

  private static boolean hasExpression(Quota annotation) {
    return !annotation.costExpression().isEmpty() || !annotation.subjectExpression().isEmpty();
  }

  private void requireExpressible(Quota annotation, List<Quota> all) {
    String member = annotation.costExpression().isEmpty() ? "subjectExpression" : "costExpression";
    if (!expressions) {
      throw new IllegalArgumentException(
          named(annotation)
              + " has "
              + member
              + ", but there is no expression language here; use costFrom, or charge with"
              + " Quotas.charge, or use dev.quota:quota-spring-boot-starter with Spring");
    }
    if (all.stream().anyMatch(Quota::idempotent)) {
      throw new IllegalArgumentException(
          named(annotation)
              + " has "
              + member
              + ", which is known after the Idempotency-Key was taken; remove idempotent, or use"
              + " costFrom");
    }
  }

  private static boolean isIdempotent(List<Quota> annotations) {
    boolean any = annotations.stream().anyMatch(Quota::idempotent);
    if (any && !annotations.stream().allMatch(Quota::idempotent)) {
      throw new IllegalArgumentException(
          "idempotent must be set on all @Quota of one endpoint or on none, because they are charged"
              + " together");
    }
    return any;
  }

  private static boolean isKeyRequired(List<Quota> annotations) {
    for (Quota annotation : annotations) {
      if (annotation.keyRequired() && !annotation.idempotent()) {
        throw new IllegalArgumentException(
            named(annotation)
                + " has keyRequired without idempotent; add idempotent = true, or the key would"
                + " mean nothing");
      }
    }
    return annotations.stream().anyMatch(Quota::keyRequired);
  }

  private Endpoint.Cost cost(Quota annotation) {
    Class<?> function = functionOf(annotation);
    boolean hasFunction = function != CostFunction.None.class;
    if (!annotation.costExpression().isEmpty()
        && (hasFunction || annotation.cost() != Quota.USUAL_COST)) {
      throw new IllegalArgumentException(
          named(annotation)
              + " has both costExpression and "
              + (hasFunction ? "costFrom" : "cost")
              + "; keep one");
    }
    if (hasFunction && annotation.cost() != Quota.USUAL_COST) {
      throw new IllegalArgumentException(
          named(annotation) + " has both cost and costFrom; keep one");
    }
    if (hasFunction) {
      return new Endpoint.Cost(annotation.value(), Optional.of(functions.of(function)));
    }
    if (annotation.cost() == Quota.USUAL_COST) {
      return Endpoint.Cost.usual(annotation.value());
    }
    if (annotation.cost() < 0) {
      throw new IllegalArgumentException(
          named(annotation) + ": cost must not be negative, was " + annotation.cost());
    }
    return Endpoint.Cost.fixed(annotation.value(), annotation.cost());
  }

  private static Class<?> functionOf(Quota annotation) {
    try {
      return annotation.costFrom();
    } catch (TypeNotPresentException e) {
      throw new IllegalArgumentException(
          named(annotation) + ": costFrom names a class that is missing here: " + e.typeName(), e);
    }
  }

  private static String named(Quota annotation) {
    return "@Quota(\"" + annotation.value() + "\")";
  }
}
