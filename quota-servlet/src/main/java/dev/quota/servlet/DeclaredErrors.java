package dev.quota.servlet;

import dev.quota.http.ErrorFormat;
import dev.quota.http.QuotaErrors;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Optional;

/** Reads the {@link QuotaErrors} of a servlet class. */
final class DeclaredErrors {

  private final Class<?> type;

  DeclaredErrors(Class<?> type) {
    this.type = type;
  }

  /** Returns what the class says, or the nearest of its superclasses that says something. */
  Optional<ErrorFormat> onType() {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      Optional<ErrorFormat> found = on(c);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Returns what a handler of the class says, or of the nearest superclass that says something. */
  Optional<ErrorFormat> onMethod(String name) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (method.getName().equals(name) && on(method).isPresent()) {
          return on(method);
        }
      }
    }
    return Optional.empty();
  }

  /** Returns what one class or method says itself. */
  static Optional<ErrorFormat> on(AnnotatedElement element) {
    return Optional.ofNullable(element.getDeclaredAnnotation(QuotaErrors.class))
        .map(QuotaErrors::value);
  }

  /** Returns what to throw where the annotation stands on something that charges nothing. */
  static IllegalArgumentException meaningless(String where) {
    return new IllegalArgumentException(
        "@QuotaErrors on "
            + where
            + " means nothing, because nothing is charged there; add @Quota, or remove it");
  }
}
