package dev.quota.spring.mvc;

import dev.quota.CostFunction;
import dev.quota.InPlacePolicy;
import dev.quota.Quota;
import dev.quota.http.ErrorFormat;
import dev.quota.http.QuotaErrors;
import dev.quota.policy.QuotaPolicy;
import dev.quota.servlet.Endpoint;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * What the annotations of one handler say, read as Spring reads its own: on the method and on the
 * class, in meta-annotations, on superclasses and on interfaces.
 *
 * @param endpoint what a request costs
 * @param definitions the quotas that annotations define in place
 */
record HandlerAnnotations(Endpoint endpoint, List<QuotaPolicy> definitions) {

  /**
   * Reads a handler.
   *
   * @throws IllegalArgumentException if an annotation is malformed
   */
  static HandlerAnnotations of(Handler handler) {
    Class<?> type = handler.type();
    Method method = handler.specificMethod();
    List<Quota> annotations =
        combined(quotasOn(type), method == null ? List.of() : quotasOn(method));
    List<QuotaPolicy> definitions = new ArrayList<>();
    List<Endpoint.Cost> costs = new ArrayList<>();
    for (Quota annotation : annotations) {
      InPlacePolicy.of(annotation).ifPresent(definitions::add);
      costs.add(cost(annotation));
    }
    Optional<ErrorFormat> onMethod = method == null ? Optional.empty() : errorsOn(method);
    if (costs.isEmpty() && onMethod.isPresent()) {
      throw new IllegalArgumentException(
          "@QuotaErrors means nothing here, because nothing is charged; add @Quota, or remove it");
    }
    return new HandlerAnnotations(
        new Endpoint(
            costs,
            isIdempotent(annotations),
            isKeyRequired(annotations),
            onMethod.or(() -> errorsOn(type)).orElse(ErrorFormat.PROBLEM)),
        definitions);
  }

  /**
   * Returns the annotations that hold for a class or method: its own, or else the inherited ones. A
   * declaration hides those that it overrides or extends.
   */
  static List<Quota> quotasOn(AnnotatedElement element) {
    List<MergedAnnotation<Quota>> all =
        MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream(Quota.class).toList();
    return all.stream()
        .filter(it -> all.stream().noneMatch(other -> hides(other, it)))
        .map(MergedAnnotation::synthesize)
        .toList();
  }

  private static boolean hides(MergedAnnotation<?> nearer, MergedAnnotation<?> farther) {
    Class<?> sub = declaring(nearer);
    Class<?> base = declaring(farther);
    return sub != base && base.isAssignableFrom(sub);
  }

  private static Class<?> declaring(MergedAnnotation<?> annotation) {
    Object source = annotation.getSource();
    if (source instanceof Method method) {
      return method.getDeclaringClass();
    }
    return source instanceof Class<?> type ? type : Object.class;
  }

  private static Optional<ErrorFormat> errorsOn(AnnotatedElement element) {
    MergedAnnotation<QuotaErrors> found =
        MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).get(QuotaErrors.class);
    return found.synthesize(MergedAnnotation::isPresent).map(QuotaErrors::value);
  }

  private static List<Quota> combined(List<Quota> onType, List<Quota> onMethod) {
    List<Quota> combined = new ArrayList<>();
    Set<String> replaced = new LinkedHashSet<>();
    onMethod.forEach(quota -> replaced.add(quota.value()));
    onType.stream().filter(quota -> !replaced.contains(quota.value())).forEach(combined::add);
    combined.addAll(onMethod);
    return combined;
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
            "@Quota(\""
                + annotation.value()
                + "\") has keyRequired without idempotent; add idempotent = true, or the key would"
                + " mean nothing");
      }
    }
    return annotations.stream().anyMatch(Quota::keyRequired);
  }

  private static Endpoint.Cost cost(Quota annotation) {
    boolean hasFunction = annotation.costFrom() != CostFunction.None.class;
    boolean hasCost = annotation.cost() != Quota.USUAL_COST;
    if (hasFunction && hasCost) {
      throw new IllegalArgumentException(
          "@Quota(\"" + annotation.value() + "\") has both cost and costFrom; keep one");
    }
    if (hasFunction) {
      return new Endpoint.Cost(annotation.value(), Optional.of(function(annotation.costFrom())));
    }
    if (!hasCost) {
      return Endpoint.Cost.usual(annotation.value());
    }
    if (annotation.cost() < 0) {
      throw new IllegalArgumentException(
          "@Quota(\""
              + annotation.value()
              + "\"): cost must not be negative, was "
              + annotation.cost());
    }
    return Endpoint.Cost.fixed(annotation.value(), annotation.cost());
  }

  @SuppressWarnings("unchecked") // checked before
  private static CostFunction<HttpServletRequest> function(Class<?> type) {
    Class<?> reads = ResolvableType.forClass(CostFunction.class, type).getGeneric(0).resolve();
    if (reads != null && !reads.isAssignableFrom(HttpServletRequest.class)) {
      throw new IllegalArgumentException(
          "costFrom " + type.getName() + " must read HttpServletRequest, reads " + reads.getName());
    }
    try {
      return (CostFunction<HttpServletRequest>) BeanUtils.instantiateClass(type);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "costFrom " + type.getName() + " needs a constructor without parameters that succeeds",
          e);
    }
  }
}
