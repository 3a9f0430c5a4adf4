package dev.quota.http;

import dev.quota.Quota;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The annotations of one type or one method. A framework that finds annotations in its own way,
 * such as on interfaces, creates this itself. Immutable.
 *
 * @param quotas the annotations of its costs; may be empty
 * @param errors the annotation of the format of its refusals; may be empty
 */
public record QuotaAnnotations(List<Quota> quotas, Optional<QuotaErrors> errors) {

  /** No annotations. */
  public static final QuotaAnnotations NONE = new QuotaAnnotations(List.of(), Optional.empty());

  /**
   * Copies the list.
   *
   * @param quotas the component
   * @param errors the component
   */
  public QuotaAnnotations {
    quotas = List.copyOf(quotas);
    Objects.requireNonNull(errors, "errors");
  }

  /**
   * Reads the annotations of one type or method itself, and the meta-annotations of its other
   * annotations.
   *
   * @param element a type or method
   * @return its annotations
   */
  public static QuotaAnnotations on(AnnotatedElement element) {
    List<Quota> quotas = new ArrayList<>();
    List<QuotaErrors> errors = new ArrayList<>();
    collect(element, quotas, errors, new HashSet<>());
    return new QuotaAnnotations(quotas, errors.stream().findFirst());
  }

  private static void collect(
      AnnotatedElement element,
      List<Quota> quotas,
      List<QuotaErrors> errors,
      Set<AnnotatedElement> seen) {
    quotas.addAll(List.of(element.getDeclaredAnnotationsByType(Quota.class)));
    errors.addAll(List.of(element.getDeclaredAnnotationsByType(QuotaErrors.class)));
    for (Annotation annotation : element.getDeclaredAnnotations()) {
      if (seen.add(annotation.annotationType())) {
        collect(annotation.annotationType(), quotas, errors, seen);
      }
    }
  }

  /**
   * Reads the annotations of a class. A missing annotation is taken from the nearest superclass
   * that has it. So a generated proxy has the annotations of its class.
   *
   * @param type a class
   * @return its annotations
   */
  public static QuotaAnnotations ofType(Class<?> type) {
    QuotaAnnotations found = NONE;
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      found = found.or(on(c));
    }
    return found;
  }

  /**
   * Reads the annotations of a method of a class. A missing annotation is taken from the nearest
   * method that it overrides.
   *
   * @param type the class of the called objects, or of a proxy
   * @param method one of its methods, or of a superclass
   * @return its annotations
   */
  public static QuotaAnnotations ofMethod(Class<?> type, Method method) {
    QuotaAnnotations found = NONE;
    for (Class<?>[] parameters : signatures(method)) {
      found = found.or(ofMethod(type, method.getName(), parameters));
    }
    return found;
  }

  /**
   * Reads the annotations of a method of a class by its signature.
   *
   * @param type the class of the called objects, or of a proxy
   * @param name the name of the method
   * @param parameters the types of its parameters
   * @return its annotations; none if there is no such method
   */
  public static QuotaAnnotations ofMethod(Class<?> type, String name, Class<?>... parameters) {
    QuotaAnnotations found = NONE;
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (method.getName().equals(name)
            && Arrays.equals(method.getParameterTypes(), parameters)) {
          found = found.or(on(method));
        }
      }
    }
    return found;
  }

  /** Returns the parameter types of a method in its class and in generic superclasses. */
  private static List<Class<?>[]> signatures(Method method) {
    List<Class<?>[]> all = new ArrayList<>();
    all.add(method.getParameterTypes());
    for (Method other : method.getDeclaringClass().getDeclaredMethods()) {
      if (other.isBridge() && bridges(other, method)) {
        all.add(other.getParameterTypes());
      }
    }
    return all;
  }

  private static boolean bridges(Method bridge, Method method) {
    Class<?>[] general = bridge.getParameterTypes();
    Class<?>[] special = method.getParameterTypes();
    if (!bridge.getName().equals(method.getName()) || general.length != special.length) {
      return false;
    }
    for (int i = 0; i < general.length; i++) {
      if (!general[i].isAssignableFrom(special[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether there is no annotation.
   *
   * @return true if there is none
   */
  public boolean isEmpty() {
    return quotas.isEmpty() && errors.isEmpty();
  }

  /**
   * Returns these annotations, with those of the others for kinds that are missing here.
   *
   * @param others the annotations with less priority
   * @return the combined annotations
   */
  public QuotaAnnotations or(QuotaAnnotations others) {
    return new QuotaAnnotations(
        quotas.isEmpty() ? others.quotas : quotas, errors.isPresent() ? errors : others.errors);
  }
}
