package dev.quota.http;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Refuses annotations in places where they are not read, because the code there would run without a
 * charge. An adapter names such places. Immutable and thread-safe.
 */
public final class MisplacedQuotas {

  private final String advice;

  /**
   * Creates it.
   *
   * @param advice the end of the message, which says where to put the annotation, such as {@code
   *     annotate the servlet class}
   */
  public MisplacedQuotas(String advice) {
    this.advice = advice;
  }

  /**
   * Checks a type and its methods, but not its superclasses and interfaces.
   *
   * @param type the type
   * @param kind the kind of the type, with an article, such as {@code the interface}
   * @throws IllegalArgumentException if there is an annotation
   */
  public void requireNoneOn(Class<?> type, String kind) {
    refuse(type, kind + " " + type.getName());
    for (Method method : type.getDeclaredMethods()) {
      refuse(method, "the method " + method.getName() + " of " + kind + " " + type.getName());
    }
  }

  /**
   * Checks a class, its superclasses and interfaces, and the methods of all of them.
   *
   * @param type the class
   * @param kind the kind of the type, with an article, such as {@code the filter}
   * @throws IllegalArgumentException if there is an annotation
   */
  public void requireNoneIn(Class<?> type, String kind) {
    for (Class<?> found = type; found != null; found = found.getSuperclass()) {
      requireNoneOn(found, kind);
    }
    requireNoneOnInterfaces(type);
  }

  /**
   * Checks all interfaces of a class, for frameworks that do not read annotations of interfaces.
   *
   * @param type the class
   * @throws IllegalArgumentException if there is an annotation
   */
  public void requireNoneOnInterfaces(Class<?> type) {
    for (Class<?> found : interfacesOf(type)) {
      requireNoneOn(found, "the interface");
    }
  }

  /**
   * Checks the methods of a class and its superclasses that the adapter does not read.
   *
   * @param type the class
   * @param read true for methods that the adapter reads
   * @throws IllegalArgumentException if another method has an annotation
   */
  public void requireNoneOnOtherMethods(Class<?> type, Predicate<Method> read) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (!read.test(method)) {
          refuse(method, "the method " + method.getName() + " of " + c.getName());
        }
      }
    }
  }

  private static Set<Class<?>> interfacesOf(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>();
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Class<?> direct : c.getInterfaces()) {
        if (all.add(direct)) {
          all.addAll(interfacesOf(direct));
        }
      }
    }
    return all;
  }

  private void refuse(AnnotatedElement element, String where) {
    QuotaAnnotations found = QuotaAnnotations.on(element);
    if (!found.isEmpty()) {
      throw new IllegalArgumentException(
          (found.quotas().isEmpty() ? "@QuotaErrors" : "@Quota")
              + " on "
              + where
              + " is never read; "
              + advice);
    }
  }

  /**
   * Checks that the format of refusals is not set where nothing is charged.
   *
   * @param where the annotated element, such as {@code the class shop.Chat}
   * @param annotations its annotations
   * @param charged whether anything is charged there
   * @throws IllegalArgumentException if the format is set but nothing is charged
   */
  public static void requireCharged(String where, QuotaAnnotations annotations, boolean charged) {
    if (!charged && annotations.errors().isPresent()) {
      throw new IllegalArgumentException(
          "@QuotaErrors on "
              + where
              + " means nothing, because nothing is charged there; add @Quota, or remove it");
    }
  }
}
