package dev.quota.jaxrs;

import dev.quota.http.Declarations;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;

/** Finds annotations of Jakarta REST on classes, methods, and what these override. */
final class ResourceAnnotations {

  private ResourceAnnotations() {}

  /** Returns the HTTP method that a method answers; empty if it answers none. */
  static Optional<String> httpMethod(Class<?> type, Method method) {
    return Declarations.of(type, method).stream()
        .flatMap(each -> Arrays.stream(each.getAnnotations()))
        .map(Annotation::annotationType)
        .filter(each -> each.isAnnotationPresent(HttpMethod.class))
        .map(each -> each.getAnnotation(HttpMethod.class).value())
        .findFirst();
  }

  static boolean hasPath(Class<?> type, Method method) {
    return Declarations.of(type, method).stream()
        .anyMatch(each -> each.isAnnotationPresent(Path.class));
  }

  static boolean hasPath(Class<?> type) {
    return Declarations.of(type).stream().anyMatch(each -> each.isAnnotationPresent(Path.class));
  }
}
