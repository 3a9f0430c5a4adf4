package dev.quota.http;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the declarations of a class or a method in its superclasses and interfaces, for frameworks
 * that read annotations there. Stateless.
 */
public final class Declarations {

  private Declarations() {}

  /**
   * Returns a class, its superclasses without {@code Object}, and then the interfaces of all of
   * them.
   *
   * @param type the class
   * @return the classes, the nearest first
   */
  public static List<Class<?>> of(Class<?> type) {
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

  /**
   * Returns the declarations of a method: the method itself and those that it overrides or
   * implements. Their parameters may have other types if they are generic.
   *
   * @param type the class whose objects are called
   * @param method one of its methods, or of a superclass
   * @return the declarations, the nearest first
   */
  public static List<Method> of(Class<?> type, Method method) {
    List<Class<?>> hierarchy = of(type);
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

  /**
   * Reads the annotations of a class. A missing annotation is taken from the nearest superclass
   * that has it, else from the nearest interface.
   *
   * @param type the class
   * @return its annotations
   */
  public static QuotaAnnotations annotationsOf(Class<?> type) {
    QuotaAnnotations found = QuotaAnnotations.NONE;
    for (Class<?> each : of(type)) {
      found = found.or(QuotaAnnotations.on(each));
    }
    return found;
  }

  /**
   * Reads the annotations of a method. A missing annotation is taken from the nearest declaration
   * that has it.
   *
   * @param type the class whose objects are called
   * @param method one of its methods, or of a superclass
   * @return its annotations
   */
  public static QuotaAnnotations annotationsOf(Class<?> type, Method method) {
    QuotaAnnotations found = QuotaAnnotations.NONE;
    for (Method each : of(type, method)) {
      found = found.or(QuotaAnnotations.on(each));
    }
    return found;
  }
}
