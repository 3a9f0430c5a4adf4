package dev.quota.servlet;

import dev.quota.CostFunction;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;

/** Finds out what a cost function reads, so that a wrong one fails at start-up. */
final class CostFunctionType {

  private CostFunctionType() {}

  /**
   * Checks that a cost function can read a servlet request.
   *
   * @throws IllegalArgumentException if it is declared to read something else
   */
  static void requireTakesServletRequests(Class<?> function) {
    argumentOf(function)
        .filter(argument -> !argument.isAssignableFrom(HttpServletRequest.class))
        .ifPresent(
            argument -> {
              throw new IllegalArgumentException(
                  "costFrom "
                      + function.getName()
                      + " must read HttpServletRequest, reads "
                      + argument.getName());
            });
  }

  /** Returns the class that stands for R, where the declaration names one. */
  private static Optional<Class<?>> argumentOf(Class<?> function) {
    for (Class<?> c = function; c != null; c = c.getSuperclass()) {
      for (Type implemented : c.getGenericInterfaces()) {
        if (implemented instanceof ParameterizedType parameterized
            && parameterized.getRawType() == CostFunction.class
            && parameterized.getActualTypeArguments()[0] instanceof Class<?> argument) {
          return Optional.of(argument);
        }
      }
    }
    return Optional.empty();
  }
}
