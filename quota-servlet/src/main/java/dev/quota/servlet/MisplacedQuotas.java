package dev.quota.servlet;

import dev.quota.Quota;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;

/** Refuses annotations where nobody reads them: what they stand on would run unmetered. */
final class MisplacedQuotas {

  private MisplacedQuotas() {}

  /**
   * Looks at all interfaces of a servlet: annotations of an interface are not inherited.
   *
   * @throws IllegalArgumentException if there is one
   */
  static void requireNoneOnInterfaces(Class<?> type) {
    for (Class<?> found : interfacesOf(type)) {
      requireNone(found, "the interface");
    }
  }

  /**
   * Looks at a filter, its superclasses and interfaces.
   *
   * @throws IllegalArgumentException if there is one
   */
  static void requireNoneOnFilter(Class<?> type) {
    for (Class<?> found = type; found != null; found = found.getSuperclass()) {
      requireNone(found, "the filter");
    }
    requireNoneOnInterfaces(type);
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

  private static void requireNone(Class<?> type, String kind) {
    refuse(type, kind + " " + type.getName());
    for (Method method : type.getDeclaredMethods()) {
      refuse(method, "the method " + method.getName() + " of " + kind + " " + type.getName());
    }
  }

  private static void refuse(AnnotatedElement element, String where) {
    boolean charges = element.getDeclaredAnnotationsByType(Quota.class).length > 0;
    if (charges || DeclaredErrors.on(element).isPresent()) {
      throw new IllegalArgumentException(
          (charges ? "@Quota" : "@QuotaErrors")
              + " on "
              + where
              + " is never read; annotate the servlet class, or its doGet, doPost, doPut, doDelete,"
              + " doPatch or doTrace");
    }
  }
}
