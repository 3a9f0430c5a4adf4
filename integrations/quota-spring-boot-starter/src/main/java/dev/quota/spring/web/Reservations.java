package dev.quota.spring.web;

import dev.quota.AsyncReservation;
import dev.quota.Reservation;
import dev.quota.http.Endpoint;
import java.lang.reflect.Method;
import java.util.Arrays;

/** Reservations as parameters of handler methods. Stateless. */
public final class Reservations {

  private Reservations() {}

  /**
   * Returns whether a parameter gets a reservation.
   *
   * @param type the type of the parameter
   * @return true for {@link Reservation} and {@link AsyncReservation}
   */
  public static boolean are(Class<?> type) {
    return type == Reservation.class || type == AsyncReservation.class;
  }

  /**
   * Returns whether a method has such a parameter.
   *
   * @param method a handler method
   * @return true if it has
   */
  public static boolean areTakenBy(Method method) {
    return Arrays.stream(method.getParameterTypes()).anyMatch(Reservations::are);
  }

  /**
   * Checks that one quota can be reserved for such a parameter.
   *
   * @param method a handler method
   * @param endpoint what its annotations charge
   * @throws IllegalArgumentException if the method has not exactly one {@code @Quota}, or that is
   *     idempotent, or if there are several such parameters
   */
  public static void require(Method method, Endpoint endpoint) {
    if (endpoint.costs().size() != 1) {
      throw wrong(method, "the method has not exactly one @Quota");
    } else if (endpoint.idempotent()) {
      throw wrong(method, "its @Quota is idempotent");
    } else if (Arrays.stream(method.getParameterTypes()).filter(Reservations::are).count() > 1) {
      throw wrong(method, "there are several");
    }
  }

  /**
   * Returns what to say about a parameter that can get no reservation.
   *
   * @param method the handler method
   * @param problem why
   * @return the exception
   */
  public static IllegalArgumentException wrong(Method method, String problem) {
    String type =
        Arrays.stream(method.getParameterTypes())
            .filter(Reservations::are)
            .map(Class::getSimpleName)
            .findFirst()
            .orElse("Reservation");
    return new IllegalArgumentException(
        "a parameter of the type "
            + type
            + " reserves what the @Quota of the method costs, but "
            + problem
            + "; take a QuotaExchange, and reserve with it");
  }
}
