package dev.quota.spring.method;

import io.micrometer.observation.Observation;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/**
 * Calls the engine from Reactor, and continues with the result. Needs Reactor, and no Micrometer.
 */
public final class ReactorCalls {

  /** Where Micrometer's ObservationThreadLocalAccessor has it. */
  private static final String KEY = "micrometer.observation";

  private static final boolean PRESENT =
      ClassUtils.isPresent("io.micrometer.observation.Observation", null);

  private ReactorCalls() {}

  /**
   * Calls something that does not block. The observation of the context is current meanwhile, so
   * that the observation of a decision has it as its parent.
   *
   * @param context the context of the subscriber
   * @param work what to call
   * @param <T> what it returns
   * @return what it returns
   */
  public static <T> T call(ContextView context, Supplier<T> work) {
    return PRESENT && context.hasKey(KEY) ? Scoped.call(context.get(KEY), work) : work.get();
  }

  /**
   * Returns the result of a stage. If the store answers later, the subscriber gets it on the
   * parallel scheduler: code of the application must not block the threads that bring the answers
   * of the store.
   *
   * @param stage is not cancelled with the subscription
   * @param <T> the type of the result
   * @return completes with the result
   */
  public static <T> Mono<T> resumed(CompletableFuture<T> stage) {
    Mono<T> result = Mono.fromFuture(stage, true);
    return stage.isDone() ? result : result.publishOn(Schedulers.parallel());
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
