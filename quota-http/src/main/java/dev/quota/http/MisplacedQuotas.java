package dev.quota.http;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Refuses annotations where nobody reads them: what they stand on would run unmetered. An adapter
 * says what it does not read. Instances are immutable and safe for use by several threads.
 */
public final class MisplacedQuotas {

  private final String advice;

  /**
   * Creates one.
   *
   * @param advice where the annotation has to stand, to end a sentence, such as {@code annotate the
   *     servlet class}
   */
  public MisplacedQuotas(String advice) {
    this.advice = advice;
  }

  /**
   * Looks at a type and its methods, but not at its superclasses and interfaces.
   *
   * @param type the type
   * @param kind what it is, with an article, such as {@code the interface}
   * @throws IllegalArgumentException if there is an annotation
   */
  public void requireNoneOn(Class<?> type, String kind) {
    refuse(type, kind + " " + type.getName());
    for (Method method : type.getDeclaredMethods()) {
      refuse(method, "the method " + method.getName() + " of " + kind + " " + type.getName());
    }
  }

  /**
   * Looks at a class, its superclasses and interfaces, and at the methods of all.
   *
   * @param type the class
   * @param kind what it is, with an article, such as {@code the filter}
   * @throws IllegalArgumentException if there is an annotation
   */
  public void requireNoneIn(Class<?> type, String kind) {
    for (Class<?> found = type; found != null; found = found.getSuperclass()) {
      requireNoneOn(found, kind);
    }
    requireNoneOnInterfaces(type);
  }

  /**
   * Looks at all interfaces of a class, where annotations of an interface are not inherited.
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
   * Looks at those methods of a class and its superclasses that the adapter does not read.
   *
   * @param type the class
   * @param read tells which methods the adapter reads
   * @throws IllegalArgumentException if there is an annotation on another
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
   * Checks that the shape of refusals is not declared where nothing is charged.
   *
   * @param where what the annotations stand on, such as {@code the class shop.Chat}
   * @param annotations what stands there
   * @param charged whether anything is charged there
   * @throws IllegalArgumentException if it is
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
