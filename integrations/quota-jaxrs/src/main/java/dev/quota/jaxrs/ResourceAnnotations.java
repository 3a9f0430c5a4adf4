package dev.quota.jaxrs;

import dev.quota.http.QuotaAnnotations;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds annotations where Jakarta REST finds its own: on a method or class itself, else on the
 * nearest superclass, else on an interface.
 */
final class ResourceAnnotations {

  private ResourceAnnotations() {}

  static QuotaAnnotations on(Class<?> type) {
    QuotaAnnotations found = QuotaAnnotations.NONE;
    for (Class<?> each : hierarchy(type)) {
      found = found.or(QuotaAnnotations.on(each));
    }
    return found;
  }

  static QuotaAnnotations on(Class<?> type, Method method) {
    QuotaAnnotations found = QuotaAnnotations.NONE;
    for (Method each : declarations(type, method)) {
      found = found.or(QuotaAnnotations.on(each));
    }
    return found;
  }

  /** Returns the HTTP method that a method answers; empty if it answers none. */
  static Optional<String> httpMethod(Class<?> type, Method method) {
    return declarations(type, method).stream()
        .flatMap(each -> Arrays.stream(each.getAnnotations()))
        .map(Annotation::annotationType)
        .filter(each -> each.isAnnotationPresent(HttpMethod.class))
        .map(each -> each.getAnnotation(HttpMethod.class).value())
        .findFirst();
  }

  static boolean hasPath(Class<?> type, Method method) {
    return declarations(type, method).stream().anyMatch(it -> it.isAnnotationPresent(Path.class));
  }

  static boolean hasPath(Class<?> type) {
    return hierarchy(type).stream().anyMatch(each -> each.isAnnotationPresent(Path.class));
  }

  /** Returns a class, its superclasses, and then the interfaces of all. */
  private static List<Class<?>> hierarchy(Class<?> type) {
    List<Class<?>> classes = new ArrayList<>();
    Set<Class<?>> interfaces = new LinkedHashSet<>();
    for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
      classes.add(c);
      addInterfaces(c, interfaces);
    }
    interfaces.removeAll(classes);
    classes.addAll(interfaces);
    return classes;
  }

  private static void addInterfaces(Class<?> type, Set<Class<?>> found) {
    for (Class<?> each : type.getInterfaces()) {
      if (found.add(each)) {
        addInterfaces(each, found);
      }
    }
  }

  /** Returns how a method is declared, the nearest first. */
  private static List<Method> declarations(Class<?> type, Method method) {
    List<Class<?>> hierarchy = hierarchy(type);
    List<Class<?>[]> signatures = new ArrayList<>();
    signatures.add(method.getParameterTypes());
    for (Class<?> each : hierarchy) {
      for (Method bridge : each.getDeclaredMethods()) {
        if (bridge.isBridge() && bridge.getName().equals(method.getName())) {
          signatures.add(bridge.getParameterTypes());
        }
      }
    }
    List<Method> declared = new ArrayList<>();
    for (Class<?> each : hierarchy) {
      for (Method candidate : each.getDeclaredMethods()) {
        if (!candidate.isBridge()
            && candidate.getName().equals(method.getName())
            && signatures.stream().anyMatch(it -> isDeclaredAs(candidate, it, method))) {
          declared.add(candidate);
        }
      }
    }
    return declared;
  }

  private static boolean isDeclaredAs(Method candidate, Class<?>[] signature, Method method) {
    Class<?>[] general = candidate.getParameterTypes();
    Class<?>[] special = method.getParameterTypes();
    if (!Arrays.equals(general, signature) || general.length != special.length) {
      return false;
    }
    for (int i = 0; i < general.length; i++) {
      if (!general[i].isAssignableFrom(special[i])) {
        return false;
      }
    }
    return true;
  }
}
