package dev.quota.spring.ai;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/** Calls methods that not every version or model of Spring AI has. */
final class Later {

  private Later() {}

  /** Calls a method that only Spring AI 2 has, and so only its callers know. */
  static Object invoke(Class<?> type, String name, Object target, Object argument) {
    var method =
        Objects.requireNonNull(
            ReflectionUtils.findMethod(type, name, (Class<?>[]) null), "only in Spring AI 2");
    return Objects.requireNonNull(ReflectionUtils.invokeMethod(method, target, argument));
  }

  /** Returns the result of an accessor; null if the class has none. */
  static @Nullable Object get(Object target, String accessor) {
    var method = ReflectionUtils.findMethod(target.getClass(), accessor);
    return method == null || !method.trySetAccessible()
        ? null
        : ReflectionUtils.invokeMethod(method, target);
  }

  /** Returns the name in the options of a request, or else in those of the model. */
  static Optional<String> model(@Nullable Object options, Object model) {
    return name(options)
        .or(() -> name(get(model, "getOptions")))
        .or(() -> name(get(model, "getDefaultOptions")));
  }

  private static Optional<String> name(@Nullable Object options) {
    return options != null && get(options, "getModel") instanceof String name && !name.isBlank()
        ? Optional.of(name)
        : Optional.empty();
  }
}
