package dev.quota.http;

import dev.quota.CostFunction;
import dev.quota.http.request.RequestView;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Creates the functions that annotations name, so that a wrong one fails at the start. */
final class CostFunctions {

  private final List<Class<?>> requestTypes;

  /**
   * Creates them.
   *
   * @param requestTypes the types of the framework's own request
   */
  CostFunctions(List<Class<?>> requestTypes) {
    this.requestTypes = requestTypes;
  }

  /**
   * Returns a function that takes any request of the framework.
   *
   * @throws IllegalArgumentException if its parameter has another type, or if it cannot be created
   */
  CostFunction<RequestView> of(Class<?> function) {
    Class<?> read = argumentOf(function);
    Optional<Class<?>> own = requestTypes.stream().filter(read::isAssignableFrom).findFirst();
    if (own.isPresent()) {
      return ofOwn(create(function), own.get(), function);
    }
    if (read.isAssignableFrom(RequestView.class)) {
      return create(function);
    }
    throw new IllegalArgumentException(
        "costFrom "
            + function.getName()
            + " must read "
            + Stream.concat(Stream.of(RequestView.class), requestTypes.stream())
                .map(Class::getName)
                .collect(Collectors.joining(" or "))
            + ", reads "
            + read.getName());
  }

  private static <T> CostFunction<RequestView> ofOwn(
      CostFunction<T> function, Class<?> own, Class<?> declared) {
    @SuppressWarnings("unchecked") // the function takes a supertype of it
    Class<T> type = (Class<T>) own;
    return request ->
        function.costOf(
            request
                .unwrap(type)
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "costFrom "
                                + declared.getName()
                                + " needs a request of "
                                + own.getName()
                                + ", which "
                                + request.getClass().getName()
                                + " does not unwrap")));
  }

  @SuppressWarnings("unchecked") // the caller has checked the parameter's type
  private static <T> CostFunction<T> create(Class<?> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return (CostFunction<T>) constructor.newInstance();
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalArgumentException(
          "costFrom " + type.getName() + " needs a constructor without parameters that succeeds",
          e);
    }
  }

  /** Returns the class of R; its bound if the declaration has no type argument. */
  private static Class<?> argumentOf(Class<?> function) {
    try {
      return find(function, Map.of()).orElse(Object.class);
    } catch (TypeNotPresentException | LinkageError e) {
      throw new IllegalArgumentException(
          "costFrom "
              + function.getName()
              + " reads a type that is missing here: "
              + e.getMessage(),
          e);
    }
  }

  private static Optional<Class<?>> find(Type type, Map<TypeVariable<?>, Type> known) {
    Class<?> raw = erased(type, known);
    Map<TypeVariable<?>, Type> inside = new HashMap<>(known);
    if (type instanceof ParameterizedType parameterized) {
      TypeVariable<?>[] variables = raw.getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        inside.put(variables[i], parameterized.getActualTypeArguments()[i]);
      }
    }
    if (raw == CostFunction.class) {
      return Optional.of(erased(raw.getTypeParameters()[0], inside));
    }
    Stream<Type> above = Stream.of(raw.getGenericInterfaces());
    if (raw.getGenericSuperclass() != null) {
      above = Stream.concat(Stream.of(raw.getGenericSuperclass()), above);
    }
    return above
        .filter(it -> CostFunction.class.isAssignableFrom(erased(it, inside)))
        .findFirst()
        .flatMap(it -> find(it, inside));
  }

  /** Returns the erasure of a type. */
  private static Class<?> erased(Type type, Map<TypeVariable<?>, Type> known) {
    if (type instanceof Class<?> named) {
      return named;
    }
    if (type instanceof ParameterizedType parameterized) {
      return erased(parameterized.getRawType(), known);
    }
    if (type instanceof TypeVariable<?> variable) {
      Type value = known.get(variable);
      return erased(value == null || value == variable ? variable.getBounds()[0] : value, known);
    }
    return Object.class;
  }
}
