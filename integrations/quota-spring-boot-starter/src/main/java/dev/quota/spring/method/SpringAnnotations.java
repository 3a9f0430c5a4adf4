package dev.quota.spring.method;

import dev.quota.Quota;
import dev.quota.http.QuotaAnnotations;
import dev.quota.http.QuotaErrors;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Finds annotations by the rules of Spring: in meta-annotations, on superclasses and on interfaces.
 * Stateless.
 */
public final class SpringAnnotations {

  private SpringAnnotations() {}

  /**
   * Returns the annotations of a class or method.
   *
   * @param element a class or a method
   * @return its annotations
   */
  public static QuotaAnnotations on(AnnotatedElement element) {
    MergedAnnotation<QuotaErrors> errors =
        MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).get(QuotaErrors.class);
    Optional<QuotaErrors> found = errors.synthesize(MergedAnnotation::isPresent);
    return new QuotaAnnotations(quotasOn(element), found);
  }

  /**
   * Returns the quotas of a class or method: its own, else the inherited ones. A declaration hides
   * those that it overrides or extends.
   *
   * @param element a class or a method
   * @return its annotations
   */
  public static List<Quota> quotasOn(AnnotatedElement element) {
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
}
