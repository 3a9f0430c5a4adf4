package dev.quota.spring.method;

import io.micrometer.observation.Observation;
import java.util.function.Supplier;
import org.springframework.util.ClassUtils;
import reactor.util.context.ContextView;

/**
 * Makes the observation of a Reactor context current in the thread that asks the engine, so that
 * the observation of a decision has it as its parent. Needs Reactor, and no Micrometer.
 */
public final class ObservedContext {

  /** Where Micrometer's ObservationThreadLocalAccessor has it. */
  private static final String KEY = "micrometer.observation";

  private static final boolean PRESENT =
      ClassUtils.isPresent("io.micrometer.observation.Observation", null);

  private ObservedContext() {}

  /**
   * Calls something that does not block.
   *
   * @param context the context of the subscriber
   * @param work what to call
   * @param <T> what it returns
   * @return what it returns
   */
  public static <T> T call(ContextView context, Supplier<T> work) {
    return PRESENT && context.hasKey(KEY) ? Scoped.call(context.get(KEY), work) : work.get();
  }

  /** A separate class, so that classes of Micrometer are loaded only if they are present. */
  private static final class Scoped {
    static <T> T call(Object found, Supplier<T> work) {
      if (!(found instanceof Observation observation) || observation.isNoop()) {
        return work.get();
      }
      Observation.Scope scope = observation.openScope();
      try {
        return work.get();
      } finally {
        scope.close();
      }
    }
  }
}
